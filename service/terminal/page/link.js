// To and from the terminal program on this machine.

// One after the other, so that commands arrive in the order in which they were given.
let last = Promise.resolve();

export function send(command) {
  last = last.then(() =>
    fetch("/command", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(command),
    }).catch(() => {})); // The stream of screens tells that the program is gone.
}

// Calls on.screen with each screen, and on.link with "up", "lost" (the program does not answer) or
// "over" (another page is in charge).
export function follow(on) {
  const stream = new EventSource("/events");
  stream.onopen = () => on.link("up");
  stream.onmessage = (event) => on.screen(JSON.parse(event.data));
  stream.onerror = () => {
    on.link(stream.readyState === EventSource.CLOSED ? "over" : "lost");
  };
}
