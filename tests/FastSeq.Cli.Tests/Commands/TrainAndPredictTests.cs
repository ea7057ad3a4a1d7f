using System.Globalization;
using System.Text.RegularExpressions;
using FastSeq.Cli.Tests.Support;

namespace FastSeq.Cli.Tests.Commands;

public class TrainAndPredictTests
{
    static Task<CliResult> Train(CliFolder folder, string text, params string[] more)
    {
        string[] args = ["train", "--data", folder.Write("data.csv", text), "--target", "load", "--out", folder.PathOf("model.safetensors"), .. more];
        if (!args.Contains("--window")) args = [.. args, "--window", "12"];
        if (!args.Contains("--epochs")) args = [.. args, "--epochs", "2"];
        if (!args.Contains("--hidden")) args = [.. args, "--hidden", "32"];
        return CliFolder.Run(args);
    }

    static async Task<CliResult> Good(Task<CliResult> run)
    {
        CliResult result = await run;
        Assert.True(result.ExitCode == 0, result.Error + result.Output);
        return result;
    }

    [Fact]
    public async Task WaveIsLearnt_AndForetold()
    {
        using var folder = new CliFolder();
        CliResult trained = await Good(Train(folder, Series.Wave(600), "--epochs", "30", "--lags", "12"));
        Match errors = Regex.Match(trained.Output, @"mean absolute error: ([\d.]+); the last value as forecast: ([\d.]+)");
        Assert.True(Number(errors.Groups[1].Value) < 0.25 * Number(errors.Groups[2].Value), trained.Output);

        CliResult predicted = await Good(CliFolder.Run("predict", "--data", folder.PathOf("data.csv"), "--weights", folder.PathOf("model.safetensors"), "--steps", "24"));
        string[] lines = predicted.Output.TrimEnd().Split('\n');
        Assert.Equal("step,forecast", lines[0]);
        Assert.Equal(25, lines.Length);
        for (int step = 1; step <= 24; step++)
        {
            double truth = 100.5 + 10 * Math.Sin(2 * Math.PI * (600 + step - 1) / 12), forecast = Number(lines[step].Split(',')[1]);
            Assert.InRange(forecast, truth - 3, truth + 3);
        }
    }

    [Theory]
    [InlineData("32")]
    [InlineData("64")]
    [InlineData("128")]
    public async Task EveryCompiledShape_TrainsAndPredicts(string hidden)
    {
        using var folder = new CliFolder();
        await Good(Train(folder, Series.Wave(100), "--hidden", hidden, "--features", "phase", "--lags", "12,24", "--epochs", "1"));
        CliResult inspected = await Good(CliFolder.Run("inspect", folder.PathOf("model.safetensors")));
        Assert.Contains($"model = Forecaster{hidden}", inspected.Output);
        CliResult predicted = await Good(CliFolder.Run("predict", "--data", folder.PathOf("data.csv"), "--weights", folder.PathOf("model.safetensors"), "--backtest", "--out", folder.PathOf("known.csv")));
        Assert.Empty(predicted.Output);
        string[] lines = File.ReadAllLines(folder.PathOf("known.csv"));
        Assert.Equal("row,actual,forecast", lines[0]);
        Assert.Equal(1 + 100 - (12 + 23), lines.Length);
        Assert.StartsWith("36,", lines[1]);
        Assert.Equal(["data.csv", "known.csv", "model.safetensors"], folder.Files);
    }

    [Fact]
    public async Task BacktestOfARow_IsTheForecastFromTheRowsBeforeIt()
    {
        using var folder = new CliFolder();
        await Good(Train(folder, Series.Wave(100), "--lags", "12"));
        string model = folder.PathOf("model.safetensors");
        CliResult known = await Good(CliFolder.Run("predict", "--data", folder.PathOf("data.csv"), "--weights", model, "--backtest"));
        string[] rows = File.ReadAllLines(folder.PathOf("data.csv"));
        string earlier = folder.Write("earlier.csv", string.Join('\n', rows[..81]));
        CliResult next = await Good(CliFolder.Run("predict", "--data", earlier, "--weights", model));
        string expected = known.Output.Split('\n').Single(line => line.StartsWith("81,")).Split(',')[2];
        Assert.Equal($"step,forecast\n1,{expected}\n", next.Output);
    }

    [Fact]
    public async Task SameSeed_GivesTheSameFile_WhateverTheThreads()
    {
        using var folder = new CliFolder();
        await Good(Train(folder, Series.Wave(120), "--seed", "3", "--threads", "1"));
        byte[] first = File.ReadAllBytes(folder.PathOf("model.safetensors"));
        await Good(Train(folder, Series.Wave(120), "--seed", "3", "--threads", "2"));
        Assert.Equal(first, File.ReadAllBytes(folder.PathOf("model.safetensors")));
        await Good(Train(folder, Series.Wave(120), "--seed", "4"));
        Assert.NotEqual(first, File.ReadAllBytes(folder.PathOf("model.safetensors")));
    }

    [Fact]
    public async Task NamesWithSpacesAndCommas_SurviveInTheFile()
    {
        using var folder = new CliFolder();
        string text = "load,\"wind, speed (m/s)\"\n" + string.Concat(Enumerable.Range(0, 80).Select(t => $"{t % 7},{t % 5}\n"));
        await Good(Train(folder, text));
        CliResult bad = await Train(folder, text.Replace("load", "Load"));
        Assert.Equal(1, bad.ExitCode);
        Assert.Contains("Did you mean 'Load'?", bad.Error);
    }

    [Fact]
    public async Task FeaturesForbidManySteps()
    {
        using var folder = new CliFolder();
        await Good(Train(folder, Series.Wave(100), "--features", "phase"));
        CliResult result = await CliFolder.Run("predict", "--data", folder.PathOf("data.csv"), "--weights", folder.PathOf("model.safetensors"), "--steps", "3");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("needs the future of 'phase'", result.Error);
    }

    [Fact]
    public async Task TooFewRows_SayHowManyAreNeeded()
    {
        using var folder = new CliFolder();
        CliResult result = await Train(folder, Series.Wave(51));
        Assert.Equal((1, "error: data.csv: 51 rows are too few: a window of 12 needs at least 52. Bring more rows, or pass a smaller --window.\n"), (result.ExitCode, result.Error.ReplaceLineEndings("\n")));
        await Good(Train(folder, Series.Wave(52)));
        folder.Write("short.csv", Series.Wave(11));
        result = await CliFolder.Run("predict", "--data", folder.PathOf("short.csv"), "--weights", folder.PathOf("model.safetensors"));
        Assert.Contains("short.csv: 11 rows are too few: this model looks at the last 12.", result.Error);
    }

    [Fact]
    public async Task ConstantColumn_IsNamed()
    {
        using var folder = new CliFolder();
        CliResult result = await Train(folder, "load\n" + string.Concat(Enumerable.Repeat("5\n", 80)));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("column 'load' is 5 in all 64 training rows", result.Error);
        Assert.Equal(["data.csv"], folder.Files);
    }

    [Fact]
    public async Task TooManyInputs_AreCounted()
    {
        using var folder = new CliFolder();
        CliResult result = await Train(folder, Series.Wave(200), "--features", "phase", "--lags", "2,3,4,5,6,7,8");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the target, 1 feature columns and 7 lags are 9 inputs; the compiled shapes have 8.", result.Error);
    }

    [Fact]
    public async Task Stopping_LeavesNothingBehind()
    {
        using var folder = new CliFolder();
        string data = folder.Write("data.csv", Series.Wave(3000));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        CliResult result = await CliFolder.Run(stop.Token, "train", "--data", data, "--target", "load", "--out", folder.PathOf("model.safetensors"), "--epochs", "100000", "--patience", "100000", "--window", "48");
        Assert.Equal((130, "stopped; nothing was written"), (result.ExitCode, result.Error.Trim()));
        Assert.Equal(["data.csv"], folder.Files);
    }

    [Fact]
    public async Task FilesThatAreNotThere_AreNamed()
    {
        using var folder = new CliFolder();
        CliResult result = await CliFolder.Run("train", "--data", folder.PathOf("none.csv"), "--target", "y", "--out", folder.PathOf("m.safetensors"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("there is no file '", result.Error);
        result = await CliFolder.Run("train", "--data", folder.PathOf("none.csv"), "--target", "y", "--out", folder.PathOf("no/such/m.safetensors"));
        Assert.Contains("there is no folder '", result.Error);
        result = await CliFolder.Run("predict", "--data", folder.PathOf("none.csv"), "--weights", folder.PathOf("none.safetensors"));
        Assert.Contains("there is no file '", result.Error);
    }

    [Fact]
    public async Task OtherSafetensorsFiles_AreRefusedByPredict()
    {
        using var folder = new CliFolder();
        string data = folder.Write("data.csv", Series.Wave(100));
        File.WriteAllBytes(folder.PathOf("other.safetensors"), SafetensorsBytes.Of("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", dataLength: 4));
        CliResult result = await CliFolder.Run("predict", "--data", data, "--weights", folder.PathOf("other.safetensors"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("other.safetensors was not written by 'fastseq train'", result.Error);
    }

    [Theory]
    [InlineData("forecaster.window", "2000000000", "cannot be read")]
    [InlineData("forecaster.window", "x", "cannot be read")]
    [InlineData("forecaster.step", "NaN", "cannot be read")]
    [InlineData("forecaster.slot0", "1 0 load", "cannot be read")]
    [InlineData("forecaster.slot0", "1", "cannot be read")]
    [InlineData("forecaster.slot1", "lag 1", "cannot be read")]
    [InlineData("model", "Forecaster7", "holds a 'Forecaster7', which this program cannot run")]
    public async Task TamperedTexts_AreRefused(string key, string value, string expected)
    {
        var texts = new Dictionary<string, string> { ["model"] = "Forecaster32", ["forecaster.window"] = "12", ["forecaster.step"] = "1", ["forecaster.slot0"] = "1 1 load", [key] = value };
        using var folder = new CliFolder();
        string header = string.Join(',', texts.Select(pair => $"\"{pair.Key}\":\"{pair.Value}\""));
        File.WriteAllBytes(folder.PathOf("m.safetensors"), SafetensorsBytes.Of($"{{\"__metadata__\":{{{header}}}}}", 0));
        CliResult result = await CliFolder.Run("predict", "--data", folder.Write("data.csv", Series.Wave(100)), "--weights", folder.PathOf("m.safetensors"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(expected, result.Error);
    }

    [Theory]
    [InlineData("train")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--hidden", "48")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--epochs", "0")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--epochs", "many")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--lags", "1")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--learning-rate", "-1")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--validation", "0.95")]
    [InlineData("train", "--data", "x.csv", "--target", "y", "--out", "m", "--delimiter", "::")]
    [InlineData("predict", "--data", "x.csv", "--weights", "m", "--steps", "0")]
    [InlineData("juggle")]
    [InlineData("inspect")]
    [InlineData("quickstart", "--threads", "0")]
    public async Task WrongCommandLines_ExitWith2(params string[] args)
    {
        CliResult result = await CliFolder.Run(args);
        Assert.Equal(2, result.ExitCode);
        Assert.NotEmpty(result.Error);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("train", "--help")]
    [InlineData("predict", "--help")]
    [InlineData("quickstart", "--help")]
    [InlineData("inspect", "--help")]
    public async Task Help_IsNoError(params string[] args)
    {
        CliResult result = await Good(CliFolder.Run(args));
        Assert.Contains("Usage:", result.Output);
    }

    static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
