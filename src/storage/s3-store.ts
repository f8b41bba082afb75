import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { mapBounded } from '../base/map-bounded.ts';
import { exists, fromFileError, outsideObject } from './errors.ts';
import { fromS3Error } from './s3-error.ts';
import { s3Location } from './s3-location.ts';
import type * as S3 from '@aws-sdk/client-s3';
import type { FileHandle } from 'node:fs/promises';
import type { ByteRange, Store, StoredObject } from './storage.ts';

export type S3Options = {
  /** `http://127.0.0.1:7070`; by default AWS' own for the region. */
  readonly endpoint?: string;
  readonly region?: string;
  /** Bucket in the path instead of the host name; by default where there is an endpoint. */
  readonly pathStyle?: boolean;
  /** By default found as every AWS tool finds them: environment, profile, instance. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** How long an answer, or the next bytes of it, may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** Requests sent again after a passing fault. */
  readonly attempts?: number;
};

/**
 * Objects of an S3 server. New objects are created on the condition that there is none of their name. Each carries a
 * mark of its writer, so that a retry which finds the object there knows its own.
 */
export function s3Store(options: S3Options): Store {
  const connection = lazily(() => connect(options));
  const reading = <T>(uri: string, work: (s3: Connection) => Promise<T>): Promise<T> =>
    connection()
      .then(work)
      .catch((error: unknown) => Promise.reject(fromS3Error(uri, error, 'unavailable')));
  return {
    read: (uri, range) => reading(uri, (s3) => read(s3, uri, range)),
    size: (uri) => reading(uri, (s3) => size(s3, uri)),
    create: (uri, bytes) => writing(connection, uri, (s3, mark) => put(s3, uri, bytes, mark)),
    publish: async (uri, localPath) => {
      const file = await open(localPath, 'r').catch((error: unknown) =>
        Promise.reject(fromFileError(localPath, error)),
      );
      try {
        await writing(connection, uri, (s3, mark) => upload(s3, uri, file, mark));
      } finally {
        await file.close();
      }
      await unlink(localPath);
    },
    remove: (uris) => reading(uris[0] ?? '', (s3) => remove(s3, uris)),
    list: (prefix) => list(connection, prefix),
    localPath: () => undefined,
  };
}

type Connection = { readonly client: S3.S3Client; readonly sdk: typeof S3 };

/** The name under which an object's metadata has the mark of its writer. */
const MARK = 'bergwire-write';

/** Objects up to this many bytes go in one request, longer ones in parts of it. */
const PART_BYTES = 16 * 1024 * 1024;
const PARTS_AT_ONCE = 4;

/** The client library is loaded when it is first needed: it takes a third of a second. */
async function connect(options: S3Options): Promise<Connection> {
  const sdk = await import('@aws-sdk/client-s3');
  const { endpoint, accessKeyId, secretAccessKey, sessionToken, timeoutMs = 30_000 } = options;
  const client = new sdk.S3Client({
    region: options.region ?? process.env['AWS_REGION'] ?? 'us-east-1',
    forcePathStyle: options.pathStyle ?? endpoint !== undefined,
    maxAttempts: options.attempts ?? 4,
    // Other servers than AWS' do not all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
      }),
  });
  return { client, sdk };
}

async function read({ client, sdk }: Connection, uri: string, range: ByteRange | undefined): Promise<Uint8Array> {
  const { bucket, key } = s3Location(uri);
  if (range?.length === 0) return new Uint8Array(0);
  const Range = range === undefined ? undefined : `bytes=${range.offset}-${range.offset + range.length - 1}`;
  const answer = await client.send(
    new sdk.GetObjectCommand({ Bucket: bucket, Key: key, ...(Range !== undefined && { Range }) }),
  );
  const bytes = (await answer.Body?.transformToByteArray()) ?? new Uint8Array(0);
  const wanted = range?.length ?? answer.ContentLength ?? bytes.length;
  if (bytes.length !== wanted) throw outsideObject(uri, range?.offset ?? 0, wanted);
  return bytes;
}

async function size({ client, sdk }: Connection, uri: string): Promise<number> {
  const { bucket, key } = s3Location(uri);
  const answer = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
  return answer.ContentLength ?? 0;
}

/** Runs a conditional write; what it cannot tell is settled by looking whose object is there. */
async function writing(
  connection: () => Promise<Connection>,
  uri: string,
  work: (s3: Connection, mark: string) => Promise<void>,
): Promise<void> {
  const mark = randomUUID();
  const s3 = await connection();
  try {
    await work(s3, mark);
  } catch (error) {
    const fault = fromS3Error(uri, error, 'unknown');
    if (fault.fault !== 'exists' && fault.fault !== 'unknown') throw fault;
    const there = await markOf(s3, uri);
    if (there === mark) return;
    throw there === undefined ? fault : exists(uri, error);
  }
}

/** The mark of the object's writer, '' if it has none; undefined if there is no object or no answer. */
async function markOf({ client, sdk }: Connection, uri: string): Promise<string | undefined> {
  const { bucket, key } = s3Location(uri);
  try {
    const answer = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
    return answer.Metadata?.[MARK] ?? '';
  } catch {
    return undefined;
  }
}

async function put({ client, sdk }: Connection, uri: string, bytes: Uint8Array, mark: string): Promise<void> {
  const { bucket, key } = s3Location(uri);
  const object = { Bucket: bucket, Key: key, Body: bytes, Metadata: { [MARK]: mark }, IfNoneMatch: '*' };
  await client.send(new sdk.PutObjectCommand(object));
}

async function upload(s3: Connection, uri: string, file: FileHandle, mark: string): Promise<void> {
  const { size: length } = await file.stat();
  if (length <= PART_BYTES) return put(s3, uri, await part(file, 0, length), mark);
  const { client, sdk } = s3;
  const { bucket, key } = s3Location(uri);
  const target = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(
    new sdk.CreateMultipartUploadCommand({ ...target, Metadata: { [MARK]: mark } }),
  );
  try {
    // S3 allows 10,000 parts.
    const partBytes = Math.max(PART_BYTES, Math.ceil(length / 10_000));
    const numbers = Array.from({ length: Math.ceil(length / partBytes) }, (_, index) => index + 1);
    const Parts = await mapBounded(numbers, PARTS_AT_ONCE, async (PartNumber) => {
      const offset = (PartNumber - 1) * partBytes;
      const Body = await part(file, offset, Math.min(partBytes, length - offset));
      const { ETag } = await client.send(new sdk.UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
      return { PartNumber, ETag };
    });
    await client.send(
      new sdk.CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' }),
    );
  } catch (error) {
    // Parts cost storage until they are given up; after a completion that was not answered there are none.
    await client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

async function part(file: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was uploaded');
    filled += bytesRead;
  }
  return bytes;
}

/** Keys of one DeleteObjects request. */
const KEYS_AT_ONCE = 1000;

async function remove({ client, sdk }: Connection, uris: readonly string[]): Promise<void> {
  const byBucket = Map.groupBy(uris.map(s3Location), ({ bucket }) => bucket);
  for (const [bucket, locations] of byBucket) {
    for (let start = 0; start < locations.length; start += KEYS_AT_ONCE) {
      const Objects = locations.slice(start, start + KEYS_AT_ONCE).map(({ key }) => ({ Key: key }));
      const answer = await client.send(
        new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
      );
      const failed = answer.Errors?.find((error) => error.Code !== 'NoSuchKey');
      if (failed === undefined) continue;
      throw fromS3Error(`s3://${bucket}/${failed.Key}`, { name: failed.Code, message: failed.Message }, 'unavailable');
    }
  }
}

async function* list(connection: () => Promise<Connection>, prefix: string): AsyncIterable<StoredObject> {
  const { bucket, key } = s3Location(prefix);
  const root = prefix.slice(0, prefix.length - key.length);
  let ContinuationToken: string | undefined;
  do {
    const { client, sdk } = await connection();
    const page = await client
      .send(
        new sdk.ListObjectsV2Command({
          Bucket: bucket,
          Prefix: key,
          // XML has no way to write some characters that keys may have.
          EncodingType: 'url',
          ...(ContinuationToken !== undefined && { ContinuationToken }),
        }),
      )
      .catch((error: unknown) => Promise.reject(fromS3Error(prefix, error, 'unavailable')));
    for (const object of page.Contents ?? []) {
      const name = page.EncodingType === 'url' ? decodeKey(object.Key ?? '') : (object.Key ?? '');
      // Some servers list folders as objects.
      if (name.endsWith('/')) continue;
      yield { uri: root + name, sizeBytes: object.Size ?? 0, modifiedMs: object.LastModified?.getTime() ?? 0 };
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
}

function decodeKey(encoded: string): string {
  return decodeURIComponent(encoded.replaceAll('+', ' '));
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
