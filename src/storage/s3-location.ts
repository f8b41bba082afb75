import { invalidUri } from './errors.ts';

export type S3Location = { readonly bucket: string; readonly key: string };

/** Bucket and key of `s3://bucket/key` (s3a and s3n too); the key is literal and may be empty. */
export function s3Location(uri: string): S3Location {
  const match = /^s3[an]?:\/\/([^/]+)\/(.*)$/is.exec(uri);
  if (match === null) throw invalidUri(uri, 'expected s3://bucket/key');
  return { bucket: match[1]!, key: match[2]! };
}

export function isS3(scheme: string | undefined): boolean {
  return scheme === 's3' || scheme === 's3a' || scheme === 's3n';
}
