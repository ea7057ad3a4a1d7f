using FastSeq.Benchmarks.Ratios;

return args is ["ratios", ..] ? RatiosCommand.Run(args.AsSpan(1)) : Help();

static int Help()
{
    Console.Error.WriteLine($"""
        dotnet run -c Release --project bench/FastSeq.Benchmarks -- VERB

        {RatiosOptions.Usage}
        """);
    return 2;
}
