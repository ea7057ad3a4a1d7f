using FastSeq.Cli;

return await CommandLine.RunAsync(args);
