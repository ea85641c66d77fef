// The latest checkpoint, and the key to check it with.
import { number, t, zone } from "/words.js";

const byId = (id) => document.getElementById(id);

export function showProof({ checkpoint, public_key: key }) {
  byId("checkpoint-words").textContent = t("It covers the first {size} entries of the log, and so all figures above that are counted from it.", { size: number(checkpoint.log_size) });
  byId("checkpoint").textContent = checkpoint.signed_note;
  byId("key").textContent = key;
  byId("zone").textContent = t("Times are those of the election: {zone}.", { zone: zone() });
}
