using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>A policy file: the user's, a sandbox's or a workspace's. Immutable.</summary>
public sealed record PolicyDocument
{
    /// <summary>Preset; in the user's file or, instead of that one, in a sandbox's. Null where none was chosen.</summary>
    public PolicyPreset? Preset { get; init; }

    /// <summary>Only in a workspace's file: nothing but what its allow rules cover gets through, whatever other rules say.</summary>
    public bool Only { get; init; }

    /// <summary>Rules in order.</summary>
    public IReadOnlyList<Rule> Rules { get; init; } = [];

    /// <summary>Comment lines at the head, which are kept when the file is written again.</summary>
    internal string Head { get; init; } = "";
}
