import { invalidUri } from './errors.ts';

/**
 * The path that `file:/x`, `file:///x` or `/x` names, or undefined if the URI has another scheme. Nothing is decoded.
 * A host (`file://host/x`), a relative path, and NUL are StorageError 'invalid'.
 */
export function localPathOf(uri: string): string | undefined {
  const path = withoutScheme(uri);
  if (path === undefined) return undefined;
  if (!path.startsWith('/')) throw invalidUri(uri, 'a local path must be absolute');
  if (path.includes('\0')) throw invalidUri(uri, 'it contains a NUL byte');
  return path;
}

function withoutScheme(uri: string): string | undefined {
  if (uri.startsWith('file:')) {
    const rest = uri.slice('file:'.length);
    if (!rest.startsWith('//')) return rest;
    if (!rest.startsWith('///')) throw invalidUri(uri, 'a file URI with a host is not local');
    return rest.slice(2);
  }
  return schemeOf(uri) === undefined ? uri : undefined;
}

/** `s3` of `s3://bucket/key`; undefined for plain paths. */
export function schemeOf(uri: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri)?.[1]?.toLowerCase();
}
