using System.Globalization;
using System.Text;
using Sbx.Policies.Documents;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>Writes policy files, one key a line, so that differences read well in a review.</summary>
internal static class PolicyDocumentWriter
{
    private const string DefaultHead = "# Policy of sbx. Deny wins over allow; what no rule allows is denied. Edit it by hand or with: sbx policy\n";

    public static string Write(PolicyDocument document)
    {
        var builder = new StringBuilder(document.Head.Length > 0 ? document.Head : DefaultHead).Append("version: 1\n");
        if (document.Preset is { } preset)
            builder.Append(CultureInfo.InvariantCulture, $"preset: {PolicyPresets.NameOf(preset)}\n");
        if (document.Only)
            builder.Append("only: true\n");
        builder.Append(document.Rules.Count == 0 ? "rules: []\n" : "rules:\n");
        foreach (var rule in document.Rules)
            WriteRule(builder, rule);
        return builder.ToString();
    }

    private static void WriteRule(StringBuilder builder, Rule rule)
    {
        void Line(string key, string value) => builder.Append(CultureInfo.InvariantCulture, $"    {key}: {value}\n");
        builder.Append(CultureInfo.InvariantCulture, $"  - id: {YamlText.Scalar(rule.Id)}\n");
        Line(rule.Decision == RuleDecision.Allow ? "allow" : "deny", YamlText.ScalarOrList([.. rule.Resources.Select(r => r.Text)]));
        if (rule.Protocols != RuleRequest.DefaultProtocols(rule.Decision, rule.IsHttp))
            Line("protocol", YamlText.ScalarOrList(RuleText.Protocols(rule.Protocols).Split(',')));
        if (rule.IsHttp)
            Line("methods", rule.Methods.Count == 0 ? "ANY" : YamlText.ScalarOrList(rule.Methods));
        if (rule.Path is { } path && path.Text != "/**")
            Line("path", YamlText.Scalar(path.Text));
        if (rule.Note is { } note)
            Line("note", YamlText.Scalar(note));
        if (rule.Source == RuleSource.Kit)
            Line("source", "kit");
        if (rule.Consented)
            Line("consented", "true");
        if (rule.CreatedVia is RuleOrigin.Provisioned or RuleOrigin.Approval)
            Line("via", rule.CreatedVia == RuleOrigin.Provisioned ? "provisioned" : "approval");
        if (rule.CreatedAt is { } created)
            Line("created", created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}
