using Sbx.Api.Errors;

namespace Sbx.Tool.Commands.Policy;

/// <summary>The presets of the policy.</summary>
internal static class Presets
{
    /// <summary>All, from open to closed.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        ("allow-all", "everything but this machine and its networks"),
        ("balanced", "what developers need: model APIs, package registries, code hosts"),
        ("deny-all", "nothing but what you allow"),
    ];

    /// <summary>The names as a list for people.</summary>
    public static string Names => string.Join(", ", All.Select(p => p.Name));

    /// <summary>Whether there is a preset of that name.</summary>
    public static bool Has(string name) => All.Any(p => p.Name == name);

    /// <exception cref="SbxException">There is no such preset.</exception>
    public static string Check(string name) =>
        Has(name) ? name : throw new SbxException(ErrorCode.Usage, $"there is no preset '{name}'", $"one of {Names}");
}
