using System.Runtime.CompilerServices;

// Arguments of native calls are numbers, pointers and structs of them: the runtime has nothing to convert.
[assembly: DisableRuntimeMarshalling]
