using Sbx.Policies.Documents;
using Sbx.Policies.Patterns;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Presets;

/// <summary>Rules of presets; those of <c>balanced</c> come from the list that is part of this library.</summary>
public static class PresetRules
{
    private const string Resource = "Sbx.Policies.Presets.balanced.yaml";
    private static readonly Lazy<(string Version, IReadOnlyList<Rule> Rules)> Balanced = new(ReadBalanced);

    private static readonly Rule[] AllowAll =
    [
        new() { Id = "default-allow-all", Decision = RuleDecision.Allow, Resources = [HostPattern.Parse("**")], Scope = RuleScope.Global, Source = RuleSource.Preset, CreatedVia = RuleOrigin.Default },
    ];

    /// <summary>Version of the list of <c>balanced</c>, such as <c>2026.11.24</c>; its changelog stands in the list.</summary>
    public static string BalancedVersion => Balanced.Value.Version;

    /// <summary>The rules of a preset.</summary>
    public static IReadOnlyList<Rule> Of(PolicyPreset preset) => preset switch
    {
        PolicyPreset.AllowAll => AllowAll,
        PolicyPreset.Balanced => Balanced.Value.Rules,
        _ => [],
    };

    /// <summary>The list of <c>balanced</c> as it stands in the source, changelog included.</summary>
    public static string BalancedText()
    {
        using var stream = typeof(PresetRules).Assembly.GetManifestResourceStream(Resource) ?? throw new InvalidOperationException($"{Resource} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static (string Version, IReadOnlyList<Rule> Rules) ReadBalanced()
    {
        var map = ConfigReader.Read("balanced.yaml", BalancedText())!.Map("version", "groups");
        var rules = map["groups"].List().Select(group =>
        {
            var keys = group.Map("id", "note", "allow");
            return new Rule
            {
                Id = keys["id"].Scalar(),
                Note = keys["note"].Scalar(),
                Decision = RuleDecision.Allow,
                Resources = [.. keys["allow"].List().Select(n => n.Parse(HostPattern.Parse))],
                Scope = RuleScope.Global,
                Source = RuleSource.Preset,
                CreatedVia = RuleOrigin.Default,
            };
        });
        return (map["version"].Scalar(), [.. rules]);
    }
}
