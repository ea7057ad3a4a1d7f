using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Diagnostics;

/// <summary>
/// Every diagnostic: one id, one message with the offending names and numbers and the mend. Each has a page docs/diagnostics/FSQ0xx.md,
/// a test of its id and a line in AnalyzerReleases.Unshipped.md (a test compares).
/// </summary>
internal static class DiagnosticDescriptors
{
    private const string Category = "FastSeq";
    private const string HelpLink = "docs/diagnostics/";

    public static readonly DiagnosticDescriptor NotPartial = new(
        "FSQ001", "The class is not partial",
        "'{0}' must be partial. Add the 'partial' modifier.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ001.md");

    public static readonly DiagnosticDescriptor SizeOutOfRange = new(
        "FSQ002", "A size is out of range",
        "{0}: {1} must be between {2} and {3}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ002.md");

    public static readonly DiagnosticDescriptor NoFirstLayer = new(
        "FSQ003", "The model has no first layer",
        "'{0}' has no first layer. Add [Input(features)] or [Embedding(vocabulary, size)] above its other layers.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ003.md");

    public static readonly DiagnosticDescriptor LossNotLast = new(
        "FSQ004", "The loss is not the last attribute",
        "{0} cannot follow {1}: the loss must be the last attribute. Move {1} below it.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ004.md");

    public static readonly DiagnosticDescriptor FirstLayerNotFirst = new(
        "FSQ005", "The first layer stands below another",
        "{0} cannot follow {1}: it must be the first layer. Move {0} above the other layers.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ005.md");

    public static readonly DiagnosticDescriptor TwoFirstLayers = new(
        "FSQ006", "The model has two first layers",
        "{0} cannot follow {1}: a model has one first layer. Remove one of them.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ006.md");

    public static readonly DiagnosticDescriptor NoLoss = new(
        "FSQ007", "The model has no loss",
        "'{0}' has no loss. Add [CrossEntropy] or [MeanSquaredError] as its last attribute.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ007.md");

    public static readonly DiagnosticDescriptor TwoLosses = new(
        "FSQ008", "The model has two losses",
        "{0} cannot follow {1}: a model has one loss. Remove one of them.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ008.md");

    public static readonly DiagnosticDescriptor NoRecurrentLayer = new(
        "FSQ009", "The model has no recurrent layer",
        "'{0}' has no recurrent layer. Add [Rnn(size)], [Lstm(size)] or [Gru(size)] below its first layer.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ009.md");

    public static readonly DiagnosticDescriptor ProbabilityOutOfRange = new(
        "FSQ010", "A dropout probability is out of range",
        "{0}: {1} must be at least 0 and below 1.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ010.md");

    public static readonly DiagnosticDescriptor DropoutWithoutStack = new(
        "FSQ011", "Dropout between layers has nothing between",
        "{0}: Dropout acts between stacked layers, but Layers is 1. Set Layers to 2 or more, or add [Dropout({1})] below it.",
        Category, DiagnosticSeverity.Warning, true, helpLinkUri: HelpLink + "FSQ011.md");

    public static readonly DiagnosticDescriptor TwoPoolings = new(
        "FSQ012", "Time is pooled twice",
        "{0} cannot follow {1}: one row a sequence is left already. Remove one of them.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ012.md");

    public static readonly DiagnosticDescriptor PoolingBeforeTime = new(
        "FSQ013", "A pooling stands above the layers that read time",
        "{0} cannot come before {1}: {1} reads every step. Move {0} below {1}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ013.md");

    public static readonly DiagnosticDescriptor TimeAfterPooling = new(
        "FSQ014", "A layer that reads time stands below a pooling",
        "{0} cannot follow {1}: only one step is left to read. Move {1} below {0}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ014.md");

    public static readonly DiagnosticDescriptor NotAboveZero = new(
        "FSQ015", "A number is not above zero",
        "{0}: {1} must be a finite number above 0.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ015.md");

    public static readonly DiagnosticDescriptor CrossEntropyOfOneClass = new(
        "FSQ016", "Cross-entropy of a single class",
        "{0} cannot follow an output of size 1 ({1}): one class leaves nothing to tell apart. Use a size of 2 or more, or [MeanSquaredError].",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ016.md");

    public static readonly DiagnosticDescriptor ActivationBeforeLogits = new(
        "FSQ017", "Cross-entropy of activated outputs",
        "{0} after {1}: it applies the {2} itself and expects unbounded outputs. Remove {1}.",
        Category, DiagnosticSeverity.Warning, true, helpLinkUri: HelpLink + "FSQ017.md");

    public static readonly DiagnosticDescriptor InvalidName = new(
        "FSQ018", "A layer name is not valid",
        "{0}: a name must be 1 to 100 of the letters A to Z and a to z, digits, '_' and single '.' inside. Change Name, or remove it.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ018.md");

    public static readonly DiagnosticDescriptor DuplicateName = new(
        "FSQ019", "Two layers have one name",
        "{0} and {1} are both named '{2}', and so would their parameters be. Give one of them another Name.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ019.md");

    public static readonly DiagnosticDescriptor LayersOnTwoParts = new(
        "FSQ020", "Layers stand on two parts of the class",
        "{0} must stand on the same part of '{1}' as [SequenceModel]: the order of layers counts. Move it there.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ020.md");

    public static readonly DiagnosticDescriptor NotAModel = new(
        "FSQ021", "Layers without [SequenceModel]",
        "'{0}' has {1} but no [SequenceModel]. Add [SequenceModel] above {1}, or remove the layers.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ021.md");

    public static readonly DiagnosticDescriptor MemberCollision = new(
        "FSQ022", "A member has the name of a generated one",
        "'{0}' cannot have a member named '{1}': FastSeq writes '{2}'. Rename your member.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ022.md");

    public static readonly DiagnosticDescriptor UserConstructor = new(
        "FSQ023", "The class declares a constructor",
        "'{0}' cannot declare a constructor: FastSeq writes '{0}(ulong seed = 0)'. Use a static method in its place.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ023.md");

    public static readonly DiagnosticDescriptor BaseClass = new(
        "FSQ024", "The class has a base class",
        "'{0}' cannot derive from '{1}': FastSeq writes the whole class. Hold a '{1}' in a field, or implement an interface.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ024.md");

    public static readonly DiagnosticDescriptor UnsupportedClass = new(
        "FSQ025", "The class is of an unsupported kind",
        "'{0}' cannot be {1}. {2}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ025.md");

    public static readonly DiagnosticDescriptor TooManyParameters = new(
        "FSQ026", "The model has too many parameters",
        "'{0}' has {1} parameters, {2} of them in {3}: at most {4} fit one buffer. Make {3} smaller.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ026.md");

    public static readonly DiagnosticDescriptor StateTooLarge = new(
        "FSQ027", "The state of the model is too large",
        "'{0}' has a state of {1} bytes, {2} of them in {3}: at most {4} fit on a stack. Make {3} smaller.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ027.md");

    public static readonly DiagnosticDescriptor LanguageTooOld = new(
        "FSQ028", "The language version is too old",
        "'{0}' needs C# 13 or later, but the project's language version is {1}. Remove <LangVersion> from the project, or raise it.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ028.md");

    public static readonly DiagnosticDescriptor VersionMismatch = new(
        "FSQ029", "FastSeq.Runtime is not the generator's",
        "'{0}' needs {1}, which the referenced FastSeq.Runtime {2} and this generator do not share. Reference one version of the FastSeq package.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ029.md");

    public static readonly DiagnosticDescriptor RequiredMember = new(
        "FSQ030", "The class has a required member",
        "'{0}' cannot have the required member '{1}': models are created without it. Remove the 'required' modifier.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ030.md");

    public static readonly DiagnosticDescriptor UnknownEnumValue = new(
        "FSQ031", "A value is none of its enumeration",
        "{0}: {1} must be {2}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ031.md");

    public static readonly DiagnosticDescriptor NotFinite = new(
        "FSQ032", "A number is not finite",
        "{0}: {1} must be a finite number.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ032.md");

    public static readonly DiagnosticDescriptor TooManyLayers = new(
        "FSQ033", "The model has too many layers",
        "'{0}' has {1} layers, stacked ones included: at most {2} are supported. Remove layers, or lower Layers.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ033.md");

    public static readonly DiagnosticDescriptor ClassNameTaken = new(
        "FSQ034", "The class has the name of a generated member",
        "A model cannot be named '{0}': FastSeq writes a member of that name into it. Rename the class.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ034.md");

    public static readonly DiagnosticDescriptor RuntimeAliased = new(
        "FSQ035", "FastSeq.Runtime is referenced under an alias",
        "'{0}' cannot be generated: FastSeq.Runtime is referenced under the alias '{1}' alone. Add 'global' to the Aliases of the reference.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ035.md");

    public static readonly DiagnosticDescriptor HiddenType = new(
        "FSQ036", "A type of the project hides one that generated code uses",
        "'{0}' cannot be generated: the type '{1}' of your project hides what generated code calls by that name. Rename it, or move it to another namespace.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ036.md");

    public static readonly DiagnosticDescriptor QuantizedDouble = new(
        "FSQ037", "Quantised weights need single precision",
        "'{0}' has weights in {1} and computes in double: weights of fewer bits need Precision.Single. Remove Precision, or Weights.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ037.md");

    public static readonly DiagnosticDescriptor MergeOfOneDirection = new(
        "FSQ038", "There is one direction and nothing to merge",
        "{0}: {1} joins the outputs of two directions, but the layer reads time in one. Add Direction = Direction.Bidirectional, or remove Merge.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ038.md");

    public static readonly DiagnosticDescriptor LossOptionOutOfRange = new(
        "FSQ039", "An option of a loss is out of range",
        "{0}: {1} must be {2}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ039.md");

    public static readonly DiagnosticDescriptor LossDoesNotFit = new(
        "FSQ040", "A loss does not fit the outputs",
        "{0}: {1} not fit the {2} outputs of {3}. {4}",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ040.md");

    public static readonly DiagnosticDescriptor CtcAfterLastStep = new(
        "FSQ041", "CTC after the last step",
        "{0} cannot follow {1}: it spreads labels over all time steps, and {1} leaves one. Remove {1}, or use [CrossEntropy].",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ041.md");

    public static readonly DiagnosticDescriptor OptionWithoutUse = new(
        "FSQ042", "An option of a layer has no use",
        "{0}: {1} has no use: {2}. Remove {1}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ042.md");

    public static readonly DiagnosticDescriptor NotPositive = new(
        "FSQ043", "A bound is not positive",
        "{0}: {1} must be above 0: it bounds both sides of 0. Give it a positive number, or remove it.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ043.md");

    public static readonly DiagnosticDescriptor QuantizedOption = new(
        "FSQ044", "An option of a layer needs weights in float32",
        "{0}: {1} is not there for a model with weights in {2}. Remove {1}, or Weights from [SequenceModel].",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ044.md");

    public static readonly DiagnosticDescriptor NothingLearns = new(
        "FSQ045", "Every layer is frozen",
        "'{0}' has nothing to learn: every layer with parameters has Frozen = true. Remove Frozen from one of them, the last for example: {1}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ045.md");

    public static readonly DiagnosticDescriptor ResidualWithoutLayer = new(
        "FSQ046", "A residual connection goes around no layer",
        "{0} cannot go around {1}: the layer directly below it must be [Rnn], [Lstm], [Gru], [Linear] or [Conv1d]. Move it above one, or merge rows with [Skip].",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ046.md");

    public static readonly DiagnosticDescriptor UnknownSkip = new(
        "FSQ047", "A skip connection names no layer above it",
        "{0}: no layer above it is named '{1}'. Name one of these: {2}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ047.md");

    public static readonly DiagnosticDescriptor SkipOfNothing = new(
        "FSQ048", "A skip connection skips no layer",
        "{0} reads the rows of {1} anyway: it stands directly below. Name an earlier layer, or move {0} below another one.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ048.md");

    public static readonly DiagnosticDescriptor SkipAcrossPooling = new(
        "FSQ049", "A skip connection crosses the end of time",
        "{0} cannot merge the rows of {1}, one a time step, with those below {2}, one a sequence. Move it above {2}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ049.md");

    public static readonly DiagnosticDescriptor TiedDoesNotFit = new(
        "FSQ050", "A tied layer does not fit the embedding",
        "{0} cannot share the table of an embedding: {1}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ050.md");

    public static readonly DiagnosticDescriptor NormalizedOption = new(
        "FSQ051", "An option of a layer does not go with layer normalisation",
        "{0}: {1} is not there for a layer-normalised cell, whose gates are the published ones. Remove {1}, or LayerNorm.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ051.md");

    public static readonly DiagnosticDescriptor OptionsExclude = new(
        "FSQ052", "Two options of a layer exclude each other",
        "{0}: {1} and {2} exclude each other: {3}. Remove one of them.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ052.md");

    public static readonly DiagnosticDescriptor ColumnNotBelowInput = new(
        "FSQ053", "An embedding of a column does not stand below the features",
        "{0} cannot follow {1}: an embedding of a column reads the features of [Input]. Move it directly below [Input].",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ053.md");

    public static readonly DiagnosticDescriptor ColumnEmbeddedTwice = new(
        "FSQ054", "A column has two embeddings",
        "{0}: column {1} has an embedding already, {2}. Give it another column, or remove one of them.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ054.md");

    public static readonly DiagnosticDescriptor ResidualAcrossTime = new(
        "FSQ055", "A residual connection goes around a layer with another number of time steps",
        "{0} cannot go around {1}: it gives another number of time steps than it reads, so their rows cannot be added. Declare it without Stride and with Padding.Causal or Padding.Same, or remove {0}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ055.md");

    public static readonly DiagnosticDescriptor SkipAcrossTime = new(
        "FSQ056", "A skip connection crosses a layer with another number of time steps",
        "{0} cannot merge the rows of {1} with those below {2}, which gives another number of time steps than it reads. Move it above {2}.",
        Category, DiagnosticSeverity.Error, true, helpLinkUri: HelpLink + "FSQ056.md");
}
