/** All jobs, the newest first. */

import type { Job } from '../api/types';
import { jobHref } from '../route';
import { clock } from '../transcript/clock';
import { saidState } from './JobState';
import { jobs, listError, remove, sending } from './store';

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function JobList() {
  if (listError.value && !jobs.value) return <p role="alert">{listError.value}</p>;
  if (!jobs.value) return <p class="soft">One moment …</p>;
  if (!jobs.value.length) return null;
  return (
    <section class="jobs" aria-labelledby="jobs-title">
      <h3 id="jobs-title">Recordings</h3>
      {listError.value && <p role="alert">{listError.value}</p>}
      <ul>
        {jobs.value.map((job) => (
          <Item key={job.id} job={job} />
        ))}
      </ul>
    </section>
  );
}

function Item({ job }: { job: Job }) {
  const name = job.display_name || 'A recording';
  const ask = () => {
    if (confirm(`Delete ${name}, its text and your corrections for good?`)) void remove(job.id);
  };
  return (
    <li>
      <a href={jobHref(job.id)}>
        <bdi>{name}</bdi>
      </a>
      <span class="soft">
        {job.summary
          ? `${clock(job.summary.duration_s)}, ${job.summary.speakers.length} voices`
          : saidState(job, job.progress, sending.value[job.id] ?? null)}
      </span>
      <time class="soft" dateTime={job.create_time}>
        {WHEN.format(new Date(job.create_time))}
      </time>
      <button class="button is-plain is-small" onClick={ask} aria-label={`Delete ${name}`}>
        Delete
      </button>
    </li>
  );
}
