/** The first tab: either all jobs, or one of them. */

import { route } from '../route';
import { Home } from './Home';
import { JobView } from './JobView';
import '../transcript/transcript.css';
import './jobs.css';

export function TranscribeTab() {
  const here = route.value;
  const job = here.tab === 'transcribe' ? here.job : null;
  return job ? <JobView key={job} id={job} /> : <Home />;
}
