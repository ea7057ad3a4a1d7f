namespace FastSeq.Generators;

/// <summary>The names of FastSeq.Runtime that the generator knows; a test holds them against the Runtime.</summary>
internal static class KnownNames
{
    public const string Namespace = "FastSeq";
    public const string RuntimeAssembly = "FastSeq.Runtime";

    public const string SequenceModelAttribute = "FastSeq.SequenceModelAttribute";
    public const string LayerAttribute = "FastSeq.LayerAttribute";
    public const string LossAttribute = "FastSeq.LossAttribute";

    public const string InputAttribute = "FastSeq.InputAttribute";
    public const string EmbeddingAttribute = "FastSeq.EmbeddingAttribute";
    public const string RnnAttribute = "FastSeq.RnnAttribute";
    public const string LstmAttribute = "FastSeq.LstmAttribute";
    public const string GruAttribute = "FastSeq.GruAttribute";
    public const string LastStepAttribute = "FastSeq.LastStepAttribute";
    public const string DropoutAttribute = "FastSeq.DropoutAttribute";
    public const string LinearAttribute = "FastSeq.LinearAttribute";
    public const string ReluAttribute = "FastSeq.ReluAttribute";
    public const string TanhAttribute = "FastSeq.TanhAttribute";
    public const string SigmoidAttribute = "FastSeq.SigmoidAttribute";
    public const string CrossEntropyAttribute = "FastSeq.CrossEntropyAttribute";
    public const string MeanSquaredErrorAttribute = "FastSeq.MeanSquaredErrorAttribute";

    /// <summary>Every attribute that may stand in a declaration beside [SequenceModel].</summary>
    public static readonly string[] LayerAndLossAttributes =
    [
        InputAttribute, EmbeddingAttribute, RnnAttribute, LstmAttribute, GruAttribute, LastStepAttribute, DropoutAttribute,
        LinearAttribute, ReluAttribute, TanhAttribute, SigmoidAttribute, CrossEntropyAttribute, MeanSquaredErrorAttribute,
    ];

    /// <summary>Types of FastSeq.Runtime that emitted code uses: where one is missing, the project references another FastSeq.Runtime than this generator's.</summary>
    public static readonly string[] RequiredTypes = [LayerAttribute, LossAttribute];
}
