// Submits a job and watches it, over any break: node dist/job.js 127.0.0.1:50051 meeting.flac
import { createHash } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { PAUSE_MS, ask, connect, mayPass, metadata } from "./connect.js";
import { crc32c } from "./crc32c.js";

const PART_BYTES = 256 * 1024;
const ENDS = ["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"];
const [address, path] = process.argv.slice(2);
if (!address || !path) throw new Error("usage: job.js HOST:PORT FILE");

const client = connect(address);

/** Whatever may be said twice is said again while the server is away or busy. */
async function patiently<T>(work: () => Promise<T>, tries = 60): Promise<T> {
  for (let left = tries; ; left--) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error) || left <= 0) throw error;
      await pause(PAUSE_MS);
    }
  }
}

/** Sends the file from `offset` on. */
async function upload(uploadId: string, offset: number, sha256: Buffer): Promise<void> {
  const file = await open(path!);
  let answer: (error: Error | null) => void;
  const answered = new Promise<void>((resolve, reject) => {
    answer = (error) => (error ? reject(error) : resolve());
  });
  answered.catch(() => {}); // whoever awaits it below is told
  const call = client.jobs.UploadAudio(metadata(), (error: Error | null) => answer(error));
  try {
    const buffer = Buffer.alloc(PART_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, PART_BYTES, offset);
      if (bytesRead === 0) break;
      const data = Buffer.from(buffer.subarray(0, bytesRead));
      const part = { uploadId, offset, data, crc32c: crc32c(data) };
      // After a break nothing drains any more.
      if (!call.write(part)) await Promise.race([once(call, "drain"), answered]);
      offset += bytesRead;
    }
    call.write({ uploadId, offset, finish: { sizeBytes: offset, sha256 } });
    call.end();
    await answered;
  } finally {
    await file.close();
  }
}

/** Follows the job to its end, and misses and repeats nothing. */
async function watch(jobId: string): Promise<any> {
  let cursor = 0;
  return patiently(async () => {
    for await (const event of client.jobs.WatchJob({ jobId, cursor }, metadata())) {
      cursor = event.cursor;
      if (!event.stateChanged) continue;
      console.error(event.stateChanged.state);
      if (ENDS.includes(event.stateChanged.state)) return event.stateChanged;
    }
    throw new Error("The server stopped telling about the job.");
  });
}

const whole = createHash("sha256").update(await readFile(path)).digest();
try {
  const request = { requestId: whole.toString("hex"), displayName: basename(path) };
  let { job } = await patiently(() => ask(client.jobs, "CreateJob", request));
  console.error(`job ${job.jobId}`);
  await patiently(async () => {
    ({ job } = await ask(client.jobs, "GetJob", { jobId: job.jobId }));
    if (job.state !== "JOB_STATE_UPLOADING") return; // sent before, under the same request id
    await upload(job.upload.uploadId, job.upload.committedBytes ?? 0, whole);
  });
  const end = await watch(job.jobId);
  if (end.state !== "JOB_STATE_SUCCEEDED") throw new Error(end.failure?.message ?? end.state);
  const pieces: Buffer[] = [];
  const wanted = { jobId: job.jobId, format: "md" };
  for await (const piece of client.jobs.GetTranscript(wanted, metadata())) pieces.push(piece.data);
  console.log(Buffer.concat(pieces).toString());
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  client.close();
}
