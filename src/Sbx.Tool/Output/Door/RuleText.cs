using System.Globalization;
using Sbx.Api.Contracts;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Output.Door;

/// <summary>Rules as people read them.</summary>
internal static class RuleText
{
    /// <summary>What a rule is for: <c>example.com [tcp] GET,HEAD /v1/**</c>.</summary>
    public static string Of(PolicyRuleInfo rule) =>
        $"{string.Join(",", rule.Resources)} [{string.Join(",", rule.Protocols)}]"
        + (rule.Methods.Count > 0 ? " " + string.Join(",", rule.Methods) : "") + (rule.Path is { } path ? " " + path : "");

    /// <summary>"global", "sandbox:NAME" or "workspace:PATH".</summary>
    public static string Scope(PolicyRuleInfo rule) => rule.AppliesTo == "all" ? "global" : rule.AppliesTo;

    /// <summary>"L7" for a rule that looks into HTTP, else "L4".</summary>
    public static string Layer(PolicyRuleInfo rule) => rule.Methods.Count > 0 || rule.Path is not null ? "L7" : "L4";

    /// <summary>Tells of rules that were added or removed, a line each; or as JSON.</summary>
    public static void Write(CliContext context, PolicyChange change, string verb, bool json)
    {
        if (json)
            JsonOutput.Write(context, new ChangeDocument([.. change.Rules.Select(RuleDocument.Of)]), DoorJson.Default.ChangeDocument);
        else
            context.Write(string.Concat(change.Rules.Select(r => Printable.Line($"Rule {verb} (scope: {Scope(r)}): {r.Id} ({Of(r)})") + "\n")));
    }

    /// <summary>All about a rule, a line each.</summary>
    public static string Inspection(PolicyInspection inspection)
    {
        var rule = inspection.Rule;
        (string Label, string? Value)[] lines =
        [
            ("Rule", rule.Id),
            ("Decision", rule.Decision),
            ("Resources", string.Join(", ", rule.Resources)),
            ("Protocols", string.Join(", ", rule.Protocols)),
            ("Methods", rule.Methods.Count > 0 ? string.Join(", ", rule.Methods) : null),
            ("Path", rule.Path),
            ("Scope", Scope(rule)),
            ("Source", rule.Source),
            ("Created", rule.CreatedVia + (rule.CreatedAt is { } at ? at.ToUniversalTime().ToString(" 'on' yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : "")),
            ("Note", rule.Note),
            ("Status", rule.Status + (rule.InactiveReason is { } reason ? $": {reason}" : "")),
            ("File", inspection.File),
            ("Remove", inspection.RemoveCommand ?? (inspection.ReadOnlyReason is { } why ? $"not by a command: {why}" : null)),
        ];
        return string.Concat(lines.Where(l => l.Value is not null).Select(l => $"{l.Label + ":",-12}{Printable.Line(l.Value!)}\n"));
    }
}
