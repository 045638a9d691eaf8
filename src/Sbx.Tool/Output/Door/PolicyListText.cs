using System.Text;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>The text of <c>policy ls</c>: the preset, what is wrong, a summary, and the user's own rules; or every rule.</summary>
/// <param name="listing">What is shown.</param>
/// <param name="sandbox">Sandbox asked for, or null.</param>
/// <param name="inactive">Whether the status is shown.</param>
/// <param name="bold">Whether headings are bold.</param>
internal sealed class PolicyListText(PolicyListing listing, string? sandbox, bool inactive, bool bold)
{
    /// <summary>The command that approves a workspace's policy.</summary>
    public static string ApproveCommand(WorkspacePolicyInfo workspace) => $"sbx policy approve {ShellWord.Of(workspace.Workspace)}";

    /// <summary>The text.</summary>
    /// <param name="wide">Every rule with all columns instead of the summary.</param>
    public string Text(bool wide)
    {
        var text = new StringBuilder(Header());
        text.Append('\n');
        if (listing.Rules.Count == 0)
            return text.Append("No rule matches.\n").ToString();
        text.Append(wide ? Wide() : Summary());
        if (!wide && Own() is { } own)
            text.Append('\n').Append(own);
        return text.ToString();
    }

    private string Header()
    {
        var lines = new List<string>
        {
            $"Preset: {listing.Preset}" + (listing.PresetVersion is { } version ? $" (list {version})" : "")
                + (listing.Initialized ? "" : "; not chosen yet, choose with: sbx policy init"),
        };
        if (sandbox is not null)
            lines.Add($"Sandbox: {sandbox}");
        if (listing.Problem is { } problem)
            lines.Add($"PROBLEM: everything is denied: {problem}");
        foreach (var workspace in listing.Workspaces)
        {
            if (workspace.Problem is { } wrong)
                lines.Add($"PROBLEM: {workspace.File}: {wrong}");
            else if (workspace is { Hash: not null, Approved: false })
                lines.Add($"Workspace {workspace.Workspace}: its policy is not approved, so what it allows has no effect; see and approve it: {ApproveCommand(workspace)}");
        }

        return string.Concat(lines.Select(l => Printable.Line(l) + "\n"));
    }

    private string Summary()
    {
        string[] headings = ["POLICY", "SOURCE", "APPLIES TO", "SUMMARY"];
        var table = new TextTable(inactive ? [.. headings, "STATUS"] : headings);
        foreach (var group in listing.Rules.GroupBy(r => (r.Source, r.AppliesTo, Status: inactive ? r.Status : "")))
        {
            var name = group.Key.Source == "preset" ? listing.Preset : group.Key.Source;
            string[] cells = [name, group.Key.Source, group.Key.AppliesTo, Counts([.. group])];
            table.Add(inactive ? [.. cells, group.Key.Status] : cells);
        }

        return table.ToText(bold);
    }

    // Resources are counted, not rules: a rule of the preset has dozens. Where some rules look into HTTP, the two kinds are told apart.
    private static string Counts(IReadOnlyList<PolicyRuleInfo> rules)
    {
        var labelled = rules.Any(r => RuleText.Layer(r) == "L7");
        var parts = rules.GroupBy(r => (r.Decision, Layer: labelled ? $" ({RuleText.Layer(r)})" : ""))
            .OrderBy(g => g.Key.Decision, StringComparer.Ordinal).ThenBy(g => g.Key.Layer, StringComparer.Ordinal)
            .Select(g => $"{g.Sum(r => r.Resources.Count)} {g.Key.Decision}{g.Key.Layer}");
        return $"network: {string.Join(", ", parts)}";
    }

    private string? Own()
    {
        var own = listing.Rules.Where(r => r.Editable).ToList();
        if (own.Count == 0)
            return null;
        string[] headings = ["RULE ID", "DECISION", "RESOURCES", "APPLIES TO", "NOTE"];
        var table = new TextTable(inactive ? [.. headings, "STATUS"] : headings);
        foreach (var rule in own)
        {
            string[] cells = [rule.Id, rule.Decision, RuleText.Of(rule), rule.AppliesTo, rule.Note ?? ""];
            table.Add(inactive ? [.. cells, Status(rule)] : cells);
        }

        return table.ToText(bold);
    }

    private string Wide()
    {
        var table = new TextTable(
            "SOURCE", "APPLIES TO", "RULE ID", "TYPE", "PROTOCOL", "METHOD", "PATH", "DECISION", "RESOURCES", "CREATED VIA", "STATUS", "NOTE");
        foreach (var rule in listing.Rules)
        {
            // A rule of the preset has dozens of resources: a line for each, that can be searched with grep.
            for (var i = 0; i < Math.Max(1, rule.Resources.Count); i++)
            {
                var resource = i < rule.Resources.Count ? rule.Resources[i] : "";
                table.Add(
                    rule.Source, rule.AppliesTo, rule.Id, RuleText.Layer(rule) == "L7" ? "http" : "network", string.Join(",", rule.Protocols),
                    string.Join(",", rule.Methods), rule.Path ?? "", rule.Decision, resource, rule.CreatedVia, Status(rule), rule.Note ?? "");
            }
        }

        return table.ToText(bold);
    }

    private static string Status(PolicyRuleInfo rule) => rule.InactiveReason is { } reason ? $"{rule.Status}: {reason}" : rule.Status;
}
