import { StorageError } from './storage.ts';
import type { StorageFault } from './storage.ts';

/**
 * An error of the S3 client under the fault that says what a caller can do. A write that got no clear answer may have
 * happened: `silence` says what no answer means.
 */
export function fromS3Error(uri: string, error: unknown, silence: 'unavailable' | 'unknown'): StorageError {
  if (error instanceof StorageError) return error;
  const {
    name = '',
    message = '',
    $metadata,
  } = error as { name?: string; message?: string; $metadata?: { httpStatusCode?: number } };
  const fault = BY_NAME[name] ?? byStatus($metadata?.httpStatusCode) ?? silence;
  return new StorageError(fault, uri, `object "${uri}": ${name}: ${message}`, { cause: error });
}

const BY_NAME: Readonly<Record<string, StorageFault>> = {
  NoSuchKey: 'missing',
  NotFound: 'missing',
  NoSuchBucket: 'invalid',
  PreconditionFailed: 'exists',
  // Two conditional writes of one key at a time: neither is done, either may be sent again.
  ConditionalRequestConflict: 'unavailable',
  InvalidRange: 'invalid',
  AccessDenied: 'denied',
  InvalidAccessKeyId: 'denied',
  SignatureDoesNotMatch: 'denied',
  ExpiredToken: 'denied',
  CredentialsProviderError: 'denied',
  // versitygw's name, with status 404, for a key id that it does not know.
  XAdminUserNotFound: 'denied',
};

function byStatus(status: number | undefined): StorageFault | undefined {
  if (status === undefined || status >= 500) return undefined;
  if (status === 404) return 'missing';
  if (status === 412) return 'exists';
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'unavailable';
  return status >= 400 ? 'invalid' : undefined;
}
