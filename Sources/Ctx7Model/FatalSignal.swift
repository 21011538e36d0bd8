/// The signals of programming errors: a program that dies of one does so again, so nothing is tried anew after it.
public enum FatalSignal: String, CaseIterable, Sendable {
  case illegalInstruction = "ILL"
  case trap = "TRAP"
  case segmentation = "SEGV"
  case bus = "BUS"
  case arithmetic = "FPE"
  case systemCall = "SYS"
}
