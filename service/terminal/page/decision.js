// What a decision is called, and what the operator does about it.
import { formatTime, t } from "/words.js";

export function verdict(tone) {
  switch (tone) {
    case "green": return t("Give the ballot");
    case "amber": return t("Not yet");
    default: return t("No ballot");
  }
}

export function shape(tone) {
  switch (tone) {
    case "green": return t("Tick in a circle");
    case "amber": return t("Exclamation mark in a triangle");
    default: return t("Cross in an octagon");
  }
}

export function sentence(decision, mayRetry) {
  switch (decision.outcome) {
    case "accredited": return t("The voter was identified by the finger.");
    case "accredited_by_fallback": return t("Two officers identified the voter by document.");
    case "no_match":
      return mayRetry ? t("The finger was not recognised.")
        : t("The voter was not identified by any finger. Two officers must check the document.");
    case "low_quality": return t("The print is not clear enough to compare.");
    case "already_accredited": return t("This voter has already been given a ballot.");
    case "duplicate_finger":
      return t("This finger belongs to somebody who was given a ballot under another number.");
    case "not_on_roll": return t("No voter has this number. Check the number.");
    case "wrong_precinct":
      return t("This voter votes in precinct {precinct}.", { precinct: decision.voter_precinct });
    case "no_reference":
      return t("No finger of this voter can be compared. Two officers must check the document.");
    case "ambiguous":
      return t("The finger is like those of several voters. Try another one, or ask for the number.");
    case "polls_not_open": return t("The polls of this precinct are not open yet.");
    case "polls_closed": return t("The polls of this precinct are closed.");
    case "fallback_cap_reached":
      return t("No more voters may be accepted here without a finger. Call the commission.");
    default: return t("This page does not know this answer. Call the commission.");
  }
}

// Further lines, none where there is nothing more to say.
export function facts(decision) {
  const lines = [];
  const given = decision.given;
  if (given !== null && decision.tone === "green") {
    lines.push(t("Slip number {slip}", { slip: given.slip }));
  } else if (given !== null) {
    lines.push(t("Slip number {slip}, precinct {precinct}, {time}",
      { slip: given.slip, precinct: given.precinct, time: formatTime(given.time) }));
  }
  if (decision.outcome === "already_accredited") {
    lines.push(decision.finger_matched ? t("The finger is this voter's own.")
      : t("The finger is not this voter's."));
  }
  if (decision.fallbacks.max > 0) {
    lines.push(t("Without a finger so far: {used} of {max}", decision.fallbacks));
  }
  if (decision.case > 0) {
    lines.push(t("Case {case} was opened. Call the chair of the commission.",
      { case: decision.case }));
  }
  return lines;
}
