using FastSeq.Generators.Support;

namespace FastSeq.Generators.Specs;

/// <summary>Where the model's class stands, as text that reopens it.</summary>
/// <param name="Namespace">The namespace as code (keywords escaped), empty for the global one.</param>
/// <param name="Headers">The headers that reopen the types, outermost first, the model's own last: <c>partial struct Outer&lt;T&gt;</c>, <c>partial class Tagger</c>.</param>
/// <param name="Name">The model's name as it is: <c>class</c>.</param>
/// <param name="Identifier">The model's name as code, also that of its constructor: <c>@class</c>.</param>
/// <param name="DisplayName">The full name for people: <c>Demo.Outer&lt;T&gt;.Tagger</c>.</param>
/// <param name="HintName">The beginning of the names of the model's files, unique among all models whatever the case of letters: <c>Demo.Outer`1+Tagger</c>.</param>
internal sealed record HierarchyInfo(
    string Namespace, EquatableArray<string> Headers, string Name, string Identifier, string DisplayName, string HintName);
