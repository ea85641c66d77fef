// To the daemon: the stream of figures, and the tables when they have changed.

// Nothing for so long means that the figures are no longer live.
const kSilenceMs = 30_000;
const kLookMs = 5_000;
const kAnswerMs = 8_000;
const kStreamAgainMs = 45_000;

// So that a thousand pages do not ask in the same moment.
const jitter = (ms) => ms * (0.75 + Math.random() / 2);

// Calls on.figures with each summary, and on.link with "live", "lost" (nobody answers) or "old"
// (somebody does, but with figures of before).
export function follow(on) {
  let heard = performance.now();
  let time = null;

  const take = (summary) => {
    if (summary.time !== time) heard = performance.now();
    time = summary.time;
    on.link("live");
    on.figures(summary);
  };

  // For who may not follow, or hears nothing.
  const ask = async () => {
    const before = time;
    try {
      const answer = await fetch("/api/v1/summary.json",
        { cache: "no-cache", signal: AbortSignal.timeout(kAnswerMs) });
      if (!answer.ok) throw new Error(String(answer.status));
      const summary = await answer.json();
      if (summary.time === before) on.link("old");
      else take(summary);
    } catch {
      on.link("lost");
    }
  };

  const open = () => {
    const stream = new EventSource("/api/v1/events");
    stream.onmessage = (event) => take(JSON.parse(event.data));
    stream.onerror = () => {
      // A browser comes back by itself unless it was refused: then as many follow as may.
      if (stream.readyState !== EventSource.CLOSED) return on.link("lost");
      ask();
      setTimeout(open, jitter(kStreamAgainMs));
    };
  };

  const look = async () => {
    if (performance.now() - heard > kSilenceMs) await ask();
    setTimeout(look, jitter(kLookMs));
  };

  open();
  setTimeout(look, jitter(kLookMs));
}

const kTablePauseMs = 5_000;
// Of a large document, so that a nation of viewers does not fill the line.
const kBytesPerMs = 20;

// A document, fetched again each time that it may have changed, the larger the more seldom. `path`
// gives null where none is wanted; `show` gets null where there is none.
export function table(path, show) {
  let waiting = false;
  let due = 0;
  const get = async () => {
    waiting = false;
    due = performance.now() + jitter(kTablePauseMs);
    const wanted = path();
    if (wanted === null) return show(null);
    try {
      const answer = await fetch(wanted,
        { cache: "no-cache", signal: AbortSignal.timeout(6 * kAnswerMs) });
      if (!answer.ok) return show(null);
      const text = await answer.text();
      due = performance.now() + jitter(Math.max(kTablePauseMs, text.length / kBytesPerMs));
      show(JSON.parse(text));
    } catch {
      // What was shown stays; the stream tells that the daemon is away.
    }
  };
  return {
    now: get,
    soon() {
      if (waiting) return;
      waiting = true;
      setTimeout(get, Math.max(0, due - performance.now()));
    },
  };
}
