// Transcribes a file: node dist/file.js 127.0.0.1:50051 meeting.flac
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { once } from "node:events";
import { connect, metadata, seconds } from "./connect.js";

const PART_BYTES = 256 * 1024;
const [address, path] = process.argv.slice(2);
if (!address || !path) throw new Error("usage: file.js HOST:PORT FILE");

const client = connect(address);
const call = client.transcription.Transcribe(metadata());

/** Sends the file, as fast as the server takes it. */
async function send(): Promise<void> {
  const config = {
    mode: "TRANSCRIBE_MODE_RECORDING",
    displayName: basename(path!),
    audioFormat: { container: {} },
  };
  call.write({ config });
  for await (const part of createReadStream(path!, { highWaterMark: PART_BYTES })) {
    if (!call.write({ audio: part })) await once(call, "drain");
  }
  call.end();
}

const segments = new Map<number, any>();

/** Prints who said what. A segment may have changed since it was sent. */
function print(): void {
  for (const segment of [...segments.values()].sort((one, other) => one.id - other.id)) {
    const start = seconds(segment.startOffset).toFixed(1);
    console.log(`${start.padStart(7)}  ${segment.speaker}: ${segment.text}`);
  }
}

call.on("data", (response: any) => {
  const changed = response.segmentReady ?? response.segmentRevised;
  if (changed?.segment.text) segments.set(changed.segment.id ?? 0, changed.segment);
  else if (changed) segments.delete(changed.segment.id ?? 0); // joined to a neighbour
  const merged = response.speakersMerged;
  for (const segment of merged ? segments.values() : []) {
    if (segment.speaker === merged.merged) segment.speaker = merged.kept;
  }
  if (response.progress) {
    const { stage, doneDuration } = response.progress;
    console.error(`${stage}: ${seconds(doneDuration).toFixed(0)} s`);
  }
  if (response.finished) print();
});
call.on("error", (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
  client.close();
});
call.on("end", () => client.close());
send().catch((error) => call.destroy(error));
