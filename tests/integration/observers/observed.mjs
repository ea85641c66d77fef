// An election with its observers' page, on a port that stays the same over a restart.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import { Election } from "../terminal/election.mjs";

const run = promisify(execFile);

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

export class ObservedElection extends Election {
  async setUp() {
    this.url = `http://127.0.0.1:${await freePort()}`;
    const settings = readFileSync(this.path("taanud.toml"), "utf8")
      .replace('name = "terminal test"', 'name = "Election of the observers\' test"\nutc_offset = "+06:00"')
      .replace("quality_min = 60", "quality_min = 20");
    writeFileSync(this.path("taanud.toml"), `${settings}
[observers]
listen = "${new URL(this.url).host}"
`);
    await this.startDaemon();
    this.voters = this.loadRegister(40);
    this.taanu("polls", "open", "--all", "--operator", "chair");
  }

  // Many at a time would only wait for each other.
  async verify(voters) {
    for (const voter of voters) {
      await run(join(process.env.TAANU_BIN_DIR, "taanu"), ["verify", "--number", voter.number,
        "--precinct", voter.precinct, "--operator", "B.Isakov", "--finger", voter.probes[0]]);
    }
  }

  statistics(...by) {
    return JSON.parse(this.taanu("stats", "--json", ...(by.length === 0 ? [] : ["--by", by.join(",")])));
  }
}
