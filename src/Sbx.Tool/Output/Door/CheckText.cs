using System.Text;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>The text of <c>policy check</c>.</summary>
internal static class CheckText
{
    /// <summary>The verdict first; the reason on denial, or always where more is asked for; rules that judge each request.</summary>
    public static string Of(PolicyCheckResult result, bool verbose)
    {
        var text = new StringBuilder();
        var request = result.Method is { } method ? $" {method} {result.Path ?? "/"}" : "";
        Line(text, $"{(result.Allowed ? "Allowed" : "Denied")}: {result.Target}{request}");
        if (!result.Allowed || verbose)
            Line(text, $"Reason: {result.Reason}");
        if (verbose && result.Rule is { } rule)
            Line(text, $"Rule: {rule.Id}: {rule.Decision} {RuleText.Of(rule)} (scope: {RuleText.Scope(rule)}, source: {rule.Source})");
        if (result.HttpRules.Count > 0)
        {
            Line(text, "Each request is judged by these rules too:");
            foreach (var http in result.HttpRules)
                Line(text, $"  {http.Decision,-5} {Methods(http)} {http.Path ?? "/**"}  ({http.Id})");
        }

        return text.ToString();
    }

    private static string Methods(PolicyRuleInfo rule) => rule.Methods.Count > 0 ? string.Join(",", rule.Methods) : "ANY";

    private static void Line(StringBuilder text, string line) => text.Append(Printable.Line(line)).Append('\n');
}
