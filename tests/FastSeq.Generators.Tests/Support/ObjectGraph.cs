using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace FastSeq.Generators.Tests.Support;

/// <summary>Walks everything reachable from a value.</summary>
internal static class ObjectGraph
{
    /// <summary>The objects of the compiler in it that would keep a compilation alive or make values unequal after every edit.</summary>
    public static List<string> CompilerObjects(object? root)
    {
        var found = new List<string>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>();
        Push(root);
        while (open.TryPop(out object? value))
        {
            if (value is ISymbol or SyntaxNode or SyntaxTree or SyntaxReference or Compilation or Location or SemanticModel or AttributeData)
            {
                found.Add(value.GetType().FullName!);
                continue;
            }

            if (value is IEnumerable items and not string)
            {
                foreach (object? item in items)
                {
                    Push(item);
                }
            }

            for (Type? type = value.GetType(); type is not null; type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    Push(field.GetValue(value));
                }
            }
        }

        return found;

        void Push(object? value)
        {
            if (value is not (null or string or Type or Pointer or MemberInfo or Delegate) && !value.GetType().IsPrimitive && !value.GetType().IsEnum && seen.Add(value))
            {
                open.Push(value);
            }
        }
    }
}
