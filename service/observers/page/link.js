// To the daemon: the stream of figures, and the tables when they have changed.

// Nothing for so long means that the figures are no longer live.
const kSilenceMs = 25_000;
const kPollMs = 15_000;
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

  const open = () => {
    const stream = new EventSource("/api/v1/events");
    stream.onmessage = (event) => take(JSON.parse(event.data));
    stream.onerror = () => {
      on.link("lost");
      // A browser comes back by itself unless it was refused; then it is as many as may follow.
      if (stream.readyState === EventSource.CLOSED) setTimeout(open, jitter(kStreamAgainMs));
    };
  };

  const look = async () => {
    if (performance.now() - heard > kSilenceMs) {
      try {
        const answer = await fetch("/api/v1/summary.json", { cache: "no-cache" });
        if (!answer.ok) throw new Error(String(answer.status));
        const before = time;
        const summary = await answer.json();
        if (summary.time === before) on.link("old");
        else take(summary);
      } catch {
        on.link("lost");
      }
    }
    setTimeout(look, jitter(kPollMs));
  };

  open();
  setTimeout(look, jitter(kPollMs));
}

// One document, fetched again where its ETag may have changed, at most so often.
export function table(path, show, pauseMs = 5_000) {
  let waiting = false;
  let last = -Infinity;
  const get = async () => {
    waiting = false;
    last = performance.now();
    try {
      const answer = await fetch(path, { cache: "no-cache" });
      if (answer.ok) show(await answer.json());
    } catch {
      // The stream tells that the daemon is away.
    }
  };
  return () => {
    if (waiting) return;
    waiting = true;
    const due = last + jitter(pauseMs) - performance.now();
    setTimeout(get, Math.max(0, due));
  };
}
