using System.Text.Json.Nodes;
using Sbx.Agent.Configuration.Yaml;

namespace Sbx.Agent.Configuration.Reading;

/// <summary>
/// Reads a mapping key by key. A key asked for is known from then on; <see cref="Done"/> reports the ones that nobody asked for.
/// Nothing throws: what is wrong goes to the context and the default is returned, so that one run finds every mistake.
/// </summary>
internal sealed class MappingReader(ReadContext context, YamlMapping map, string what)
{
    private readonly HashSet<string> _known = [];

    public ReadContext Context => context;

    public SourceMark At => map.At;

    public static MappingReader? Of(ReadContext context, YamlNode node, string what)
    {
        if (node is YamlMapping mapping) return new MappingReader(context, mapping, what);
        context.Fail(node.At, $"expected a mapping for {what}, found {node.Kind}");
        return null;
    }

    /// <summary>The value of a key, or null when it is missing, empty, or not of this version of the language.</summary>
    public YamlEntry? Entry(string key, int since = 0, int until = ReadContext.Latest)
    {
        if (context.Version >= since && context.Version <= until) _known.Add(key);
        if (map.Find(key) is not { } entry) return null;
        _known.Add(key);
        if (context.Version < since) context.Fail(entry.At, $"'{key}' needs version {since} or later of the language; this file says version: \"{context.Version}\"");
        else if (context.Version > until) context.Fail(entry.At, $"'{key}' is not supported any more (it was, up to version {until})");
        else return entry.Value.IsNull ? null : entry;
        return null;
    }

    public string? Text(string key, int since = 0, int until = ReadContext.Latest, bool required = false)
    {
        var entry = Entry(key, since, until);
        if (entry is null)
        {
            if (required) context.Fail(map.At, $"{what} needs '{key}'");
            return null;
        }

        return TextOf(entry.Value, $"'{key}'");
    }

    public string? Choice(string key, string[] choices, int since = 0)
    {
        var text = Text(key, since);
        if (text is null || choices.Contains(text)) return text;
        context.FailUnknown(map.Find(key)!.Value.At, key, text, choices);
        return null;
    }

    public bool? Flag(string key, int since = 0, int until = ReadContext.Latest)
    {
        if (Entry(key, since, until) is not { } entry) return null;
        if (entry.Value is YamlScalar { AsFlag: { } flag }) return flag;
        context.Fail(entry.Value.At, $"expected true or false for '{key}', found {Found(entry.Value)}");
        return null;
    }

    public long? Integer(string key, long minimum, long maximum, int since = 0)
    {
        if (Entry(key, since) is not { } entry) return null;
        if (entry.Value is not YamlScalar { AsInteger: { } value })
            context.Fail(entry.Value.At, $"expected a whole number for '{key}', found {Found(entry.Value)}");
        else if (value < minimum || value > maximum)
            context.Fail(entry.Value.At, maximum >= int.MaxValue ? $"'{key}' must be at least {minimum}" : $"'{key}' must be between {minimum} and {maximum}");
        else return value;
        return null;
    }

    public double? Number(string key, double minimum, double maximum, int since = 0)
    {
        if (Entry(key, since) is not { } entry) return null;
        if (entry.Value is not YamlScalar { AsNumber: { } value })
            context.Fail(entry.Value.At, $"expected a number for '{key}', found {Found(entry.Value)}");
        else if (value < minimum || value > maximum)
            context.Fail(entry.Value.At, double.IsInfinity(maximum) ? FormattableString.Invariant($"'{key}' must be at least {minimum}") : FormattableString.Invariant($"'{key}' must be between {minimum} and {maximum}"));
        else return value;
        return null;
    }

    public TimeSpan? Seconds(string key, int since = 0) =>
        Integer(key, 1, 86_400, since) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    public IReadOnlyList<string> Texts(string key, int since = 0) => [.. LocatedTexts(key, since).Select(item => item.Text)];

    public IReadOnlyList<(string Text, SourceMark At)> LocatedTexts(string key, int since = 0)
    {
        var result = new List<(string, SourceMark)>();
        foreach (var item in Items(key, since))
            if (TextOf(item, $"an item of '{key}'") is { } text) result.Add((text, item.At));
        return result;
    }

    public IReadOnlyList<YamlNode> Items(string key, int since = 0)
    {
        if (Entry(key, since) is not { } entry) return [];
        if (entry.Value is YamlSequence list) return list.Items;
        context.Fail(entry.Value.At, $"expected a list for '{key}', found {Found(entry.Value)}");
        return [];
    }

    public IReadOnlyList<YamlEntry> Entries(string key, int since = 0)
    {
        if (Entry(key, since) is not { } entry) return [];
        if (entry.Value is YamlMapping mapping) return mapping.Entries;
        context.Fail(entry.Value.At, $"expected a mapping for '{key}', found {Found(entry.Value)}");
        return [];
    }

    public IReadOnlyDictionary<string, string> TextMap(string key, int since = 0)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in Entries(key, since))
            if (entry.Value.IsNull) result[entry.Key] = "";
            else if (TextOf(entry.Value, $"'{entry.Key}'") is { } text) result[entry.Key] = text;
        return result;
    }

    public JsonNode? Free(string key, int since = 0) => Entry(key, since) is { } entry ? YamlJson.Convert(entry.Value) : null;

    public JsonObject? FreeObject(string key, int since = 0)
    {
        if (Entry(key, since) is not { } entry) return null;
        if (entry.Value is YamlMapping) return (JsonObject)YamlJson.Convert(entry.Value)!;
        context.Fail(entry.Value.At, $"expected a mapping for '{key}', found {Found(entry.Value)}");
        return null;
    }

    public MappingReader? Mapping(string key, string name, int since = 0) =>
        Entry(key, since) is { } entry ? Of(context, entry.Value, name) : null;

    /// <summary>Reports the keys that were not asked for.</summary>
    public void Done()
    {
        foreach (var entry in map.Entries.Where(entry => !_known.Contains(entry.Key)))
            context.FailUnknown(entry.At, $"key of {what}:", entry.Key, _known);
    }

    public string? TextOf(YamlNode node, string name)
    {
        if (node is YamlScalar { AsFlag: null, IsNull: false } scalar) return scalar.Text;
        context.Fail(node.At, $"expected text for {name}, found {Found(node)}");
        return null;
    }

    private static string Found(YamlNode node) => node switch
    {
        YamlScalar { AsFlag: not null } scalar => $"the boolean {scalar.Text} (quote it to make it text)",
        YamlScalar { IsNull: false } scalar => $"'{Spelling.Shown(scalar.Text)}'",
        _ => node.Kind,
    };
}
