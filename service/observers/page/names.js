// What the codes of the figures mean, in words.
import { t } from "/words.js";

const kOutcomes = {
  ACCREDITED: () => t("Identified by a finger"),
  ACCREDITED_BY_FALLBACK: () => t("Identified by two officers and a document"),
  NO_MATCH: () => t("Finger not recognised"),
  LOW_QUALITY: () => t("Finger to be captured again"),
  ALREADY_ACCREDITED: () => t("Came again after having been identified"),
  DUPLICATE_FINGER: () => t("Finger of somebody identified under another identity"),
  NOT_ON_ROLL: () => t("Not in the register"),
  WRONG_PRECINCT: () => t("On the roll of another precinct"),
  NO_REFERENCE: () => t("No finger enrolled"),
  POLLS_NOT_OPEN: () => t("Polls were not open yet"),
  POLLS_CLOSED: () => t("Polls were closed"),
  FALLBACK_CAP_REACHED: () => t("Refused: no more identifications without a finger"),
  AMBIGUOUS: () => t("Finger alone did not suffice"),
};

const kMethods = {
  FINGER: () => t("Number and finger"),
  FINGER_SEARCH: () => t("Finger alone"),
  FALLBACK: () => t("Two officers and a document"),
};

const kReasons = {
  NO_USABLE_FINGER: () => t("No finger that could be captured"),
  FINGER_NOT_MATCHED: () => t("Finger was not recognised"),
  NO_REFERENCE: () => t("No finger enrolled"),
  READER_FAILED: () => t("Reader did not work"),
  FINGER_DISPUTED: () => t("Finger like another voter's by chance"),
};

const kCaseKinds = {
  SECOND_ATTEMPT: () => t("The same voter came again"),
  DUPLICATE_FINGER: () => t("One finger under two identities at the polls"),
  REGISTER_DUPLICATE: () => t("Two records of the register with one finger"),
};

const kPolls = {
  NOT_OPEN: () => t("Not open yet"),
  OPEN: () => t("Open"),
  CLOSED: () => t("Closed"),
};

const kStates = {
  AGREES: () => t("Agrees"),
  DIFFERS: () => t("Differs"),
  PARTIAL: () => t("One count of two"),
  WAITING: () => t("Waits for its count"),
  NOT_CLOSED: () => t("Not closed yet"),
};

const kKinds = {
  POLLS_NOT_CLOSED: () => t("A count came before the polls were closed"),
  SEALED_NOT_LOG: () => t("Total sealed at closing / log"),
  SLIPS_NOT_LOG: () => t("Slips given / log"),
  ISSUED_NOT_IDENTIFIED: () => t("Voters identified / ballots issued"),
  BALLOTS_UNACCOUNTED: () => t("Ballots issued / found and spoiled"),
  BOX_NOT_COUNTED: () => t("Found in the box / counted"),
  MACHINE_NOT_HAND: () => t("Counted by machine / by hand"),
  VOTES_NOT_EQUAL: () => t("Votes by machine / by hand"),
  VOTES_ABOVE_BALLOTS: () => t("More votes than ballots"),
  STATEMENTS_DIFFER: () => t("The two protocols state different numbers"),
};

const kSources = {
  log: () => t("log"),
  machine: () => t("machine"),
  hand: () => t("hand count"),
};

const kCorrections = {
  UNRECORDED: () => t("Voters who were not recorded"),
  NO_BALLOT_TAKEN: () => t("Identified, but took no ballot"),
  COUNTED_TWICE: () => t("Counted twice"),
  COURT_ORDER: () => t("Order of a court"),
  OTHER: () => t("Other"),
};

// A code that this page does not know is shown as it is.
const say = (names) => (code) => names[code]?.() ?? code;

export const outcome = say(kOutcomes);
export const method = say(kMethods);
export const reason = say(kReasons);
export const caseKind = say(kCaseKinds);
export const polls = say(kPolls);
export const state = say(kStates);
export const kind = say(kKinds);
export const source = say(kSources);

const kFigures = {
  identified: () => t("Voters identified"),
  issued: () => t("Ballots issued"),
  spoiled: () => t("Spoiled"),
  in_box: () => t("Found in the box"),
  counted_by_machine: () => t("Counted by machine"),
  counted_by_hand: () => t("Counted by hand"),
};

// "identified", "hand: issued", "machine: President/A. Asanova".
export function figure(name) {
  const end = name.indexOf(": ");
  if (end < 0) return kFigures[name]?.() ?? name;
  const rest = name.slice(end + 2);
  return `${kFigures[rest]?.() ?? rest} (${source(name.slice(0, end))})`;
}

// "COURT_ORDER, act 17" of a correction; the words of whoever imported otherwise.
export function change({ correction, reason: text }) {
  if (!correction) return text;
  const end = text.indexOf(",");
  const code = end < 0 ? text : text.slice(0, end);
  return (kCorrections[code]?.() ?? code) + (end < 0 ? "" : text.slice(end));
}
