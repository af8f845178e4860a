"""Who said what, when: speaker-attributed, time-stamped transcription of long recordings."""
