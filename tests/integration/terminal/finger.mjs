// Plays the finger of libfprint's virtual image device: two native 32-bit integers, the width and
// height of the grey pixels that follow, or a command below zero and its argument
// (libfprint, libfprint/drivers/virtual-image.c).
import { connect } from "node:net";
import { endianness } from "node:os";

const kRetry = -1;
export const kRetryTooShort = 1;

export class Finger {
  #socket;

  static async lay(path) {
    const finger = new Finger();
    finger.#socket = connect(path);
    await new Promise((done, failed) => {
      finger.#socket.once("connect", done).once("error", failed);
    });
    finger.#socket.on("error", () => {});
    return finger;
  }

  press(image) {
    this.#send(image.width, image.height);
    this.#socket.write(image.pixels);
  }

  askToRetry(reason) {
    this.#send(kRetry, reason);
  }

  lift() {
    this.#socket.destroy();
  }

  #send(first, second) {
    const header = Buffer.alloc(8);
    const write = endianness() === "LE" ? "writeInt32LE" : "writeInt32BE";
    header[write](first, 0);
    header[write](second, 4);
    this.#socket.write(header);
  }
}
