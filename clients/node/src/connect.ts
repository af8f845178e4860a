// The services of audiosvc, read from the protos, and a connection to them.
import * as grpc from "@grpc/grpc-js";
import * as loader from "@grpc/proto-loader";
import { fileURLToPath } from "node:url";

const PROTOS = fileURLToPath(new URL("../../../protos", import.meta.url));

const definition = loader.loadSync(
  ["transcription", "jobs", "models"].map((name) => `audiosvc/v1/${name}.proto`),
  { includeDirs: [PROTOS], enums: String, longs: Number, oneofs: true },
);
const { v1 } = (grpc.loadPackageDefinition(definition) as any).audiosvc;

/** How long a caller waits before it tries again what a server may do later. */
export const PAUSE_MS = 500;

/** A client of each service. The key comes from AUDIOSVC_KEY, where the server wants one. */
export function connect(address: string) {
  const credentials = grpc.credentials.createInsecure(); // createSsl() for a server far away
  return {
    transcription: new v1.TranscriptionService(address, credentials),
    jobs: new v1.JobService(address, credentials),
    close() {
      this.transcription.close();
      this.jobs.close();
    },
  };
}

/** What goes with every call. */
export function metadata(): grpc.Metadata {
  const found = new grpc.Metadata();
  const key = process.env.AUDIOSVC_KEY;
  if (key) found.set("authorization", `Bearer ${key}`);
  return found;
}

/** One request, one response. */
export function ask(client: any, method: string, request: object): Promise<any> {
  return new Promise((resolve, reject) => {
    client[method](request, metadata(), (error: grpc.ServiceError | null, response: any) =>
      error ? reject(error) : resolve(response),
    );
  });
}

/** Whether the same call may go well later. */
export function mayPass(error: unknown): boolean {
  const code = (error as grpc.ServiceError).code;
  return code === grpc.status.UNAVAILABLE || code === grpc.status.RESOURCE_EXHAUSTED;
}

/** A duration of the protos in seconds. */
export function seconds(duration: { seconds?: number; nanos?: number } | null | undefined): number {
  return (duration?.seconds ?? 0) + (duration?.nanos ?? 0) / 1e9;
}
