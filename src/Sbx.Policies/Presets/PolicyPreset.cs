namespace Sbx.Policies.Presets;

/// <summary>The policy to start from.</summary>
public enum PolicyPreset
{
    /// <summary>Hosts a developer commonly needs; everything else is denied. The default.</summary>
    Balanced,

    /// <summary>Every public host.</summary>
    AllowAll,

    /// <summary>Nothing, and nothing a kit brings without consent.</summary>
    DenyAll,
}

/// <summary>Names of presets.</summary>
public static class PolicyPresets
{
    /// <summary>Names, in the order of the menu.</summary>
    public static IReadOnlyList<string> Names { get; } = ["allow-all", "balanced", "deny-all"];

    /// <summary>The name of a preset.</summary>
    public static string NameOf(PolicyPreset preset) => preset switch
    {
        PolicyPreset.AllowAll => "allow-all",
        PolicyPreset.DenyAll => "deny-all",
        _ => "balanced",
    };

    /// <summary>Reads a name.</summary>
    /// <exception cref="PolicyException">There is no such preset.</exception>
    public static PolicyPreset Parse(string name) => name switch
    {
        "allow-all" => PolicyPreset.AllowAll,
        "balanced" => PolicyPreset.Balanced,
        "deny-all" => PolicyPreset.DenyAll,
        _ => throw new PolicyException($"There is no preset '{Hosts.Printable.Text(name)}'.", $"Presets: {string.Join(", ", Names)}."),
    };
}
