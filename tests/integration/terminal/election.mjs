// An election in a folder of its own: keys, a synthetic register, the real daemon, the real terminal
// with libfprint's virtual reader.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const kBin = process.env.TAANU_BIN_DIR;
const kPatienceMs = 60_000;
const kLookMs = 20;

// Waits until `what()` gives something true, and gives it.
export async function until(what, told) {
  const end = Date.now() + kPatienceMs;
  for (;;) {
    const found = await what();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited too long for ${told}`);
    await new Promise((done) => setTimeout(done, kLookMs));
  }
}

function ended(child) {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve() : new Promise((done) => child.once("exit", done));
}

export class Election {
  folder = mkdtempSync(join(tmpdir(), "taanu-terminal-"));
  #daemon = null;
  #terminal = null;

  constructor() {
    process.env.TAANU_SERVER = `unix:${this.path("taanud.sock")}`;
    this.taanu("keys", "init", "--out", this.path("keys"), "--name", "test.taanu/1");
    writeFileSync(this.path("taanud.toml"), `
[listen]
unix_socket = "${this.path("taanud.sock")}"
[store]
database = "${this.path("register.db")}"
key_file = "${this.path("keys/store.key")}"
[audit]
key_file = "${this.path("keys/audit.key")}"
[election]
name = "terminal test"
quality_min = 60
`, { mode: 0o600 });
  }

  path(name) {
    return join(this.folder, name);
  }

  taanu(...args) {
    return execFileSync(join(kBin, "taanu"), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  async startDaemon() {
    rmSync(this.path("ready"), { force: true });
    const log = openSync(this.path("taanud.log"), "a");
    this.#daemon = spawn(join(kBin, "taanud"),
      ["--config", this.path("taanud.toml"), "--ready-file", this.path("ready")],
      { stdio: ["ignore", "ignore", log] });
    await until(() => existsSync(this.path("ready")), "the daemon");
  }

  // As a power cut would.
  async killDaemon() {
    this.#daemon.kill("SIGKILL");
    await ended(this.#daemon);
  }

  // SIGSTOP, and SIGCONT.
  signalDaemon(signal) {
    this.#daemon.kill(signal);
  }

  // Voters with two fingers each and impressions of them, in two precincts.
  loadRegister(voters) {
    this.taanu("synth", "--voters", String(voters), "--precincts", "2", "--fingers", "2",
      "--probes", "2", "--out", this.path("register"));
    this.taanu("load", this.path("register/manifest.csv"), "--create-precincts");
    const lines = (file) => readFileSync(this.path(file), "utf8").trim().split(/\r?\n/).slice(1)
      .map((line) => line.split(","));
    const probes = lines("register/probes.csv");
    return lines("register/manifest.csv").map(([number, , , , , precinct]) => ({
      number,
      precinct,
      probes: probes.filter((probe) => probe[0] === number)
        .map((probe) => this.path(`register/${probe[3]}`)),
    }));
  }

  // Resolves to the process; the start URL is in urlFile.
  startTerminal(precinct, ...more) {
    rmSync(this.urlFile, { force: true });
    const log = openSync(this.path("terminal.log"), "a");
    this.#terminal = spawn(join(kBin, "taanu"),
      ["terminal", "--precinct", precinct, "--url-file", this.urlFile, ...more],
      { stdio: ["ignore", "ignore", log], env: { ...process.env, FP_VIRTUAL_IMAGE: this.reader } });
    return until(() => existsSync(this.urlFile), "the terminal");
  }

  get urlFile() { return this.path("url"); }
  get reader() { return this.path("reader"); }
  startUrl() { return readFileSync(this.urlFile, "utf8").trim(); }
  terminalLog() { return readFileSync(this.path("terminal.log"), "utf8"); }

  // The exit status, or the signal that ended it.
  async stopTerminal(signal = "SIGTERM") {
    this.#terminal.kill(signal);
    await ended(this.#terminal);
    return this.#terminal.exitCode ?? this.#terminal.signalCode;
  }

  async end() {
    for (const child of [this.#terminal, this.#daemon]) {
      if (child === null) continue;
      child.kill("SIGKILL");
      await ended(child);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
