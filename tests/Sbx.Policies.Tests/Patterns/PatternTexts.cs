using FsCheck;
using FsCheck.Fluent;

namespace Sbx.Policies.Tests.Patterns;

/// <summary>Texts near the grammar of patterns.</summary>
public static class PatternTexts
{
    private static readonly string[] Pieces =
    [
        "a", "B", "example", ".com", ".", "*", "**", "**.", "*.", "?", "[ab]", "[!a]", "[a-c]", ":443", ":", "/8", "/", "10.0.0.0", "127.0.0.1", "[::1]", "[2001:db8::1]", "2001:db8::/32", "localhost", "ü", "-", "\0", " ",
    ];

    public static Arbitrary<string> Near() => Gen.Elements(Pieces).ListOf().Select(p => string.Concat(p.Take(8))).ToArbitrary();
}
