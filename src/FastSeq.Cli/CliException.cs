namespace FastSeq.Cli;

/// <summary>Something that the person at the keyboard can mend; the message says what and how.</summary>
sealed class CliException(string message) : Exception(message);
