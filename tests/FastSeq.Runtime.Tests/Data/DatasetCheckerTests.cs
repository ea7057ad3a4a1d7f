using Xunit;

namespace FastSeq.Tests.Data;

public sealed class DatasetCheckerTests
{
    static readonly ModelInfo Forecaster = Model(inputs: 2, outputs: 3, lastStep: true, new MeanSquaredErrorLoss(), vocabulary: 0);
    static readonly ModelInfo Tagger = Model(inputs: 1, outputs: 4, lastStep: false, new CrossEntropyLoss(), vocabulary: 10);

    [Fact]
    public void FittingData_PassWithTheLongestLength()
    {
        Assert.Equal(2, DatasetChecker.CheckContent(new ArrayDataset<float, float>([[1, 2], [1, 2, 3, 4]], [[1, 2, 3], [1, 2, 3]], 2), Forecaster, "training"));
        Assert.Equal(3, DatasetChecker.CheckContent(new ArrayDataset<int, int>([[0, 9, 1], []], [[0, 1, 3], []]), Tagger, "training"));
    }

    [Fact]
    public void InputsOfAnotherSize_AreNamed() => AssertRefused(
        Forecaster, new ArrayDataset<float, float>([[1, 2, 3], [1, 2, 3]], [[1, 2, 3], [1, 2, 3]], 3),
        "training sequence 0 has 3 inputs; expected 2, which is 1 time steps of 2.");

    [Fact]
    public void TargetsOfAnotherSize_AreNamed()
    {
        AssertRefused(Forecaster, new ArrayDataset<float, float>([[1, 2], [1, 2]], [[1, 2, 3], [1, 2]], 2),
            "training sequence 1 has 2 targets; expected 3, which is one row of 3.");
        AssertRefused(Tagger, new ArrayDataset<int, int>([[1, 2], [1, 2]], [3, 3]),
            "training sequence 0 has 1 targets; expected 2, which is 2 rows, one a time step, of 1.");
    }

    [Fact]
    public void TokensAndLabelsOutOfRange_AreNamed()
    {
        AssertRefused(Tagger, new ArrayDataset<int, int>([[1, 2], [1, 10]], [[0, 0], [0, 0]]), "training sequence 1, step 1: token 10 is not from 0 to 9.");
        AssertRefused(Tagger, new ArrayDataset<int, int>([[-1]], [[0]]), "training sequence 0, step 0: token -1 is not from 0 to 9.");
        AssertRefused(Tagger, new ArrayDataset<int, int>([[1, 2, 3]], [[0, 1, 4]]), "training sequence 0, row 2: class number 4 is not from 0 to 3.");
    }

    [Fact]
    public void NumbersThatAreNotFinite_AreNamed()
    {
        AssertRefused(Forecaster, new ArrayDataset<float, float>([[1, 2, 3, float.NaN]], [[1, 2, 3]], 2), "training sequence 0, step 1: input 1 is NaN; expected a finite number.");
        AssertRefused(Forecaster, new ArrayDataset<float, float>([[1, 2]], [[1, float.PositiveInfinity, 3]], 2), "training sequence 0, row 0: target 1 is Infinity; expected a finite number.");
    }

    [Fact]
    public void DatasetOfAnotherKind_IsNamed()
    {
        var error = Assert.Throws<DatasetException>(() => DatasetChecker.CheckKind<int, int>(new ArrayDataset<float, int>([[1]], [1]), Tagger, "validation"));
        Assert.Equal("Example learns class numbers from tokens and takes a SequenceDataset<int, int>; the validation dataset is a SequenceDataset<float, int>.", error.Message);
    }

    static void AssertRefused<TInput, TTarget>(ModelInfo model, SequenceDataset<TInput, TTarget> dataset, string message)
        where TInput : unmanaged
        where TTarget : unmanaged
        => Assert.Equal(message, Assert.Throws<DatasetException>(() => DatasetChecker.CheckContent(dataset, model, "training")).Message);

    static ModelInfo Model(int inputs, int outputs, bool lastStep, LossFunction loss, int vocabulary) => new()
    {
        Name = "Example",
        InputSize = inputs,
        OutputSize = outputs,
        LastStepOnly = lastStep,
        Loss = loss,
        Vocabulary = vocabulary,
        Parameters = [],
        BufferLength = 0,
    };
}
