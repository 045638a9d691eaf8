using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sbx.Policies.Documents;
using Sbx.Policies.Patterns;
using Sbx.Policies.Presets;
using Sbx.Policies.Rules;

namespace Sbx.Policies.Store;

/// <summary>Reads policy files; whatever is not understood is refused with its line and column.</summary>
internal static class PolicyDocumentReader
{
    private const int MaximumRules = 10_000;

    /// <exception cref="PolicyException">It is not valid.</exception>
    public static PolicyDocument Read(string file, string text, RuleScope scope)
    {
        var head = Head(text);
        var root = ConfigReader.Read(file, text);
        if (root is null)
            return new PolicyDocument { Head = head };
        var map = scope.Kind switch
        {
            RuleScopeKind.Global => root.Map("version", "preset", "rules"),
            RuleScopeKind.Workspace => root.Map("version", "only", "rules"),
            _ => root.Map("version", "preset", "rules"),
        };
        if (map.TryGetValue("version", out var version) && version.Integer() != 1)
            throw version.Error("this version of the file is not known", "This sbx reads version 1.");
        var rules = new List<Rule>();
        foreach (var node in map.TryGetValue("rules", out var list) && !IsEmpty(list) ? list.List() : [])
        {
            if (rules.Count == MaximumRules)
                throw node.Error($"there are more than {MaximumRules} rules");
            var rule = ReadRule(node, scope);
            if (rules.Exists(r => r.Id == rule.Id))
                throw node.Error($"the rule '{rule.Id}' comes twice", "Remove one of them, or give it another id.");
            rules.Add(rule);
        }

        return new PolicyDocument
        {
            Head = head,
            Preset = map.TryGetValue("preset", out var preset) ? preset.Parse(PolicyPresets.Parse) : null,
            Only = map.TryGetValue("only", out var only) && only.Boolean(),
            Rules = rules,
        };
    }

    private static bool IsEmpty(ConfigNode node) => node is { Kind: ConfigKind.Scalar, Text: "" };

    private static Rule ReadRule(ConfigNode node, RuleScope scope)
    {
        var keys = node.Map("id", "allow", "deny", "protocol", "methods", "path", "note", "source", "consented", "created", "via");
        if (keys.ContainsKey("allow") == keys.ContainsKey("deny"))
            throw node.Error("a rule has either 'allow' or 'deny'", "Write for example: - allow: api.example.com:443");
        var decision = keys.ContainsKey("allow") ? RuleDecision.Allow : RuleDecision.Deny;
        var nodes = keys[decision == RuleDecision.Allow ? "allow" : "deny"].ListOrOne();
        if (nodes.Count == 0)
            throw node.Error("a rule names at least one host");
        var protocols = keys.TryGetValue("protocol", out var protocol)
            ? protocol.ListOrOne().Aggregate(NetworkProtocol.None, (all, n) => all | n.Parse(t => RuleText.ParseProtocols([t])))
            : RuleRequest.DefaultProtocols(decision, keys.ContainsKey("methods"));
        var methods = keys.TryGetValue("methods", out var methodsNode) ? Methods(methodsNode) : [];
        var path = keys.TryGetValue("path", out var pathNode) ? pathNode.Parse(PathPattern.Parse) : null;
        var resources = nodes.Select(n =>
        {
            var pattern = n.Parse(HostPattern.Parse);
            n.Parse(_ =>
            {
                RuleText.Check(decision, pattern, protocols, keys.ContainsKey("methods"), path);
                return 0;
            });
            return pattern;
        }).ToList();
        var rule = new Rule
        {
            Id = keys.TryGetValue("id", out var id) ? Id(id) : "",
            Decision = decision,
            Resources = resources,
            Protocols = protocols,
            Methods = methods,
            Path = path ?? (keys.ContainsKey("methods") ? PathPattern.Parse("/**") : null),
            Scope = scope,
            Source = keys.TryGetValue("source", out var source) ? Word(source, ("local", RuleSource.Local), ("kit", RuleSource.Kit)) : RuleSource.Local,
            Consented = keys.TryGetValue("consented", out var consented) && consented.Boolean(),
            CreatedVia = keys.TryGetValue("via", out var via)
                ? Word(via, ("added", RuleOrigin.Added), ("provisioned", RuleOrigin.Provisioned), ("approval", RuleOrigin.Approval))
                : RuleOrigin.Added,
            CreatedAt = keys.TryGetValue("created", out var created) ? Time(created) : null,
            Note = keys.TryGetValue("note", out var note) ? note.Scalar() : null,
        };
        return rule.Id.Length > 0 ? rule : rule with { Id = DerivedId(rule) };
    }

    private static IReadOnlyList<string> Methods(ConfigNode node)
    {
        foreach (var item in node.ListOrOne())
            item.Parse(HttpMethods.Parse);
        return HttpMethods.Parse([.. node.ListOrOne().SelectMany(n => n.Scalar().Split(',', StringSplitOptions.TrimEntries))]);
    }

    private static string Id(ConfigNode node)
    {
        var id = node.Scalar();
        if (id.Length > 80 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') || id.StartsWith("default-", StringComparison.Ordinal))
            throw node.Error($"'{Hosts.Printable.Text(id)}' is not an id for a rule", "Ids have up to 80 letters, digits, and - _ . : and do not start with 'default-'.");
        return id;
    }

    /// <summary>The id of a rule written by hand without one: the same as long as its content is.</summary>
    private static string DerivedId(Rule rule)
    {
        var content = $"{rule.Decision}|{string.Join(',', rule.Resources)}|{rule.Protocols}|{string.Join(',', rule.Methods)}|{rule.Path}";
        return "r-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..10];
    }

    private static DateTimeOffset Time(ConfigNode node)
        => DateTimeOffset.TryParse(node.Scalar(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw node.Error("this is not a time", "Write for example 2026-11-24T13:00:00Z.");

    private static T Word<T>(ConfigNode node, params (string Word, T Value)[] words)
    {
        var text = node.Scalar();
        foreach (var (word, value) in words)
        {
            if (word == text)
                return value;
        }

        throw node.Error($"'{Hosts.Printable.Text(text)}' is not known here", $"Values: {string.Join(", ", words.Select(w => w.Word))}.");
    }

    private static string Head(string text)
    {
        var lines = text.Split('\n').TakeWhile(l => l.StartsWith('#') || l.Trim().Length == 0).ToList();
        return lines.Count == 0 ? "" : string.Join('\n', lines).TrimEnd('\n', '\r') + "\n";
    }
}
