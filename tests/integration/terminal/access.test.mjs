// Whoever is not the operator's page gets nothing: wrong tokens, hosts, origins, methods, sizes.
import assert from "node:assert/strict";
import { connect } from "node:net";
import { request } from "node:http";
import { statSync } from "node:fs";
import { after, before, test } from "node:test";

import { Election, until } from "./election.mjs";

const election = new Election();
let origin;
let cookie;

// {status, headers, body}. `headers` as given, so that Host and Origin can be forged.
function ask(path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((done, failed) => {
    const call = request(origin + path, { method, headers, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => { text += part; });
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    call.on("error", failed);
    call.end(body);
  });
}

// Sends bytes as they are, and gives all that comes back.
function raw(bytes) {
  return new Promise((done) => {
    const socket = connect(Number(new URL(origin).port), "127.0.0.1");
    let text = "";
    socket.on("data", (part) => { text += part; });
    socket.on("close", () => done(text));
    socket.on("error", () => {});
    socket.write(bytes);
  });
}

const command = (members, headers = {}) => ask("/command", {
  method: "POST",
  headers: { Cookie: cookie, Origin: origin, "Content-Type": "application/json", ...headers },
  body: typeof members === "string" ? members : JSON.stringify(members),
});

async function firstScreen() {
  return new Promise((done, failed) => {
    const call = request(`${origin}/events`, { headers: { Cookie: cookie }, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (part) => {
        text += part;
        const end = text.indexOf("\n\n");
        if (end < 0) return;
        call.destroy();
        done(JSON.parse(text.slice(text.indexOf("{"), end)));
      });
    });
    call.on("error", failed);
    call.end();
  });
}

before(async () => {
  await election.startDaemon();
  await election.startTerminal("P0001", "--operator", "B.Isakov");
  origin = new URL(election.startUrl()).origin;
});

after(() => election.end());

test("the start URL is for this account alone", () => {
  assert.equal(statSync(election.urlFile).mode & 0o777, 0o600);
  assert.match(election.startUrl(), /^http:\/\/127\.0\.0\.1:\d+\/start\?token=[0-9a-f]{64}$/);
});

test("without a session there is nothing", async () => {
  for (const path of ["/", "/main.js", "/events", "/catalogues.json", "/nothing"]) {
    assert.equal((await ask(path)).status, 401, path);
  }
  for (const wrong of ["", "?token=", `?token=${"0".repeat(64)}`, `?token=${"x".repeat(200)}`]) {
    assert.equal((await ask(`/start${wrong}`)).status, 403, wrong);
  }
});

test("the token is good once, and then waits anew in the file", async () => {
  const url = new URL(election.startUrl());
  const answer = await ask(url.pathname + url.search);
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.location, "/");
  const given = answer.headers["set-cookie"][0];
  assert.match(given, /HttpOnly; SameSite=Strict$/);
  cookie = given.split(";")[0];
  assert.equal((await ask(url.pathname + url.search)).status, 403);
  await until(() => election.startUrl() !== url.href, "a fresh start URL");
  const pageAnswer = await ask("/", { headers: { Cookie: cookie } });
  assert.equal(pageAnswer.status, 200);
  const policy = pageAnswer.headers["content-security-policy"];
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.doesNotMatch(pageAnswer.body, /<script(?![^>]* src=)|\son\w+=|\sstyle=/);
  assert.equal(pageAnswer.headers["cache-control"], "no-store");
});

test("another host or origin is refused, also with the cookie", async () => {
  const port = new URL(origin).port;
  for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1:1${port}`]) {
    const answer = await ask("/", { headers: { Cookie: cookie, Host: host } });
    assert.equal(answer.status, 403, host);
  }
  for (const line of ["", "Host:\r\n", `Host: 127.0.0.1:${port}\r\nHost: evil.example\r\n`]) {
    const answer = await raw(`GET / HTTP/1.1\r\n${line}Cookie: ${cookie}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 4/, line);
  }
  for (const from of ["http://evil.example", "null", `https://127.0.0.1:${port}`]) {
    assert.equal((await ask("/events", { headers: { Cookie: cookie, Origin: from } })).status, 403, from);
    assert.equal((await command({ action: "cancel", step: 0 }, { Origin: from })).status, 403, from);
  }
  const without = await ask("/command", { method: "POST",
    headers: { Cookie: cookie, "Content-Type": "application/json" }, body: "{}" });
  assert.equal(without.status, 403);
});

test("methods, types and sizes that the page does not use are refused", async () => {
  for (const method of ["PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"]) {
    const answer = await ask("/command", { method, headers: { Cookie: cookie, Origin: origin } });
    assert.equal(answer.status, 405, method);
  }
  const form = { "Content-Type": "application/x-www-form-urlencoded" };
  assert.equal((await command("action=cancel", form)).status, 415);
  assert.equal((await command({ action: "cancel", step: 0 },
    { "Transfer-Encoding": "chunked" })).status, 400);
  assert.equal((await ask(`/${"x".repeat(300)}`, { headers: { Cookie: cookie } })).status, 400);
  const huge = await raw(`POST /command HTTP/1.1\r\nHost: ${new URL(origin).host}\r\n` +
    `Origin: ${origin}\r\nCookie: ${cookie}\r\nContent-Type: application/json\r\n` +
    "Content-Length: 1000000000\r\n\r\n{}");
  assert.match(huge, /^HTTP\/1\.1 413/);
});

test("bodies that are no command are refused and change nothing", async () => {
  const before_ = await firstScreen();
  for (const body of ["", "{", "[]", "[".repeat(2000), JSON.stringify({ action: "start", step: 0 }),
    JSON.stringify({ action: "start", step: 0, number: "1".repeat(65) }),
    JSON.stringify({ action: "start", step: 0, number: "a\u0000b" }),
    JSON.stringify({ action: "open_polls", step: 0 })]) {
    assert.equal((await command(body)).status, 400, body);
  }
  assert.equal((await command({ action: "finish", step: 0 })).status, 409);
  assert.equal((await command({ action: "start", step: 99, number: "1" })).status, 409);
  assert.deepEqual((await firstScreen()).step, before_.step);
});

test("malformed HTTP does not end the program", async () => {
  const host = new URL(origin).host;
  await raw("\r\n\r\n");
  await raw("GET\r\n\r\n");
  await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`);
  await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nRange: bytes=${"0-0,".repeat(1800)}0-0\r\n\r\n`);
  await raw(`GET /${"%41".repeat(2000)} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${"x".repeat(20000)}\r\n\r\n`);
  assert.equal((await ask("/", { headers: { Cookie: cookie } })).status, 200);
});

test("a body is never taken for a second request", async () => {
  const host = new URL(origin).host;
  const inner = `GET /catalogues.json HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`;
  const answer = await raw(`POST /command HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://evil.example\r\n` +
    `Content-Length: ${inner.length}\r\n\r\n${inner}`);
  assert.equal(answer.match(/HTTP\/1\.1/g).length, 1);
  assert.match(answer, /WRONG_ORIGIN/);
});

test("nothing listens beyond loopback, and a taken port is told", async () => {
  const port = new URL(origin).port;
  assert.throws(() => election.taanu("terminal", "--precinct", "P0001", "--port", port),
    (error) => error.status === 6 && /PORT|port/.test(error.stderr));
  assert.equal(await election.stopTerminal("SIGINT"), 0, election.terminalLog());
});
