using System.Text;
using System.Text.Json;
using Sbx.Api.Contracts;
using Sbx.Tool.Commands;
using Sbx.Tool.Output;

namespace Sbx.Tool.Diagnostics;

/// <summary>A report of <c>doctor</c> as text.</summary>
internal static class ReportText
{
    /// <summary>For a terminal: groups, a line per check, its detail and what to do beneath it.</summary>
    public static string ForPeople(DiagnosticReport report)
    {
        var title = $"sbx doctor, v{report.Version}";
        var text = new StringBuilder().Append(title).Append('\n').Append('─', title.Length).Append('\n');
        foreach (var group in report.Checks.GroupBy(c => c.Group))
        {
            text.Append('\n').Append(group.Key).Append('\n');
            foreach (var check in group)
            {
                text.Append("  ").Append(Mark(check.Status)).Append(' ').Append(Printable.Line($"{check.Name}: {check.Message}")).Append('\n');
                if (check.Detail is { Length: > 0 } detail)
                    text.Append("      ").Append(Printable.Line(detail)).Append('\n');
                if (check.Hint is { Length: > 0 } hint && check.Status is "warn" or "fail")
                    text.Append("      → ").Append(Printable.Line(check.Hint)).Append('\n');
            }
        }

        var s = report.Summary;
        return text.Append($"\n{s.Pass} passed, {s.Warn} warnings, {s.Fail} failed{(s.Skip > 0 ? $", {s.Skip} skipped" : "")}\n").ToString();
    }

    /// <summary>To paste into an issue.</summary>
    public static string ForIssue(DiagnosticReport report, string arch)
    {
        var text = new StringBuilder();
        text.Append($"### sbx doctor\n\n**OS:** {VersionCommand.OperatingSystemName()}  \n**Arch:** {arch}  \n**Version:** v{report.Version}\n\n");
        text.Append("| Check | Status | Message |\n|---|---|---|\n");
        foreach (var check in report.Checks)
            text.Append($"| {Cell(check.Name)} | {Mark(check.Status)} {check.Status} | {Cell(check.Message)} |\n");
        text.Append("\n<details><summary>JSON</summary>\n\n```json\n").Append(JsonSerializer.Serialize(report, ToolJson.Default.DiagnosticReport));
        return text.Append("\n```\n\n</details>\n").ToString();
    }

    private static string Mark(string status) => status switch { "pass" => "✓", "fail" => "✗", "warn" => "!", _ => "-" };

    private static string Cell(string text) => Printable.Line(text).Replace("|", "\\|", StringComparison.Ordinal);
}
