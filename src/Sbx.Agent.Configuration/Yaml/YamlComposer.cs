using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sbx.Agent.Configuration.Yaml;

/// <summary>
/// Builds the tree of one YAML document from the parser's events. Bounded: size of the text, depth, and number of nodes, where an
/// alias counts as all that it stands for, so that a small file cannot grow into a large tree.
/// </summary>
internal sealed class YamlComposer(IParser parser)
{
    public const int MaxCharacters = 1 << 20;
    public const int MaxDepth = 64;
    public const int MaxNodes = 100_000;

    private readonly Dictionary<string, YamlNode> _anchors = [];
    private int _nodes;

    /// <exception cref="YamlSyntaxException">The text is not one YAML document within the limits.</exception>
    public static YamlNode Compose(string text)
    {
        if (text.Length > MaxCharacters) throw new YamlSyntaxException(new SourceMark(1, 1), $"the file is larger than {MaxCharacters >> 20} MiB");
        try
        {
            return new YamlComposer(new Parser(new StringReader(text))).Document();
        }
        catch (YamlException e)
        {
            throw new YamlSyntaxException(Mark(e.Start), Plain(e.Message));
        }
        // The scanner of the library answers some malformed input with these instead.
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new YamlSyntaxException(new SourceMark(1, 1), Plain(e.Message));
        }
    }

    private YamlNode Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _)) return new YamlScalar(new SourceMark(1, 1), "", Plain: true);
        parser.Consume<DocumentStart>();
        var root = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
            throw new YamlSyntaxException(Mark(second.Start), "expected one document, found a second one");
        parser.Consume<StreamEnd>();
        return root;
    }

    private YamlNode Node(int depth)
    {
        var at = Mark(parser.Current!.Start);
        if (depth > MaxDepth) throw new YamlSyntaxException(at, $"nested more than {MaxDepth} levels deep");
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var known)) throw new YamlSyntaxException(at, $"no anchor '&{alias.Value}' before this alias");
            Count(at, known.Size);
            return known;
        }

        var anchor = parser.Current is NodeEvent { Anchor.IsEmpty: false } node ? node.Anchor.Value : null;
        Count(at, 1);
        YamlNode value = parser.Current switch
        {
            YamlDotNet.Core.Events.Scalar => ScalarOf(at),
            SequenceStart => Sequence(at, depth),
            MappingStart => Mapping(at, depth),
            _ => throw new YamlSyntaxException(at, "expected text, a list or a mapping"),
        };
        if (anchor is not null) _anchors[anchor] = value;
        return value;
    }

    private YamlScalar ScalarOf(SourceMark at)
    {
        var scalar = parser.Consume<Scalar>();
        var asText = !scalar.Tag.IsEmpty && scalar.Tag is { IsNonSpecific: false, Value: "tag:yaml.org,2002:str" };
        return new YamlScalar(at, scalar.Value, scalar.Style == ScalarStyle.Plain && !asText);
    }

    private YamlSequence Sequence(SourceMark at, int depth)
    {
        parser.Consume<SequenceStart>();
        var items = new List<YamlNode>();
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return new YamlSequence(at, items, 1 + items.Sum(item => item.Size));
    }

    private YamlMapping Mapping(SourceMark at, int depth)
    {
        parser.Consume<MappingStart>();
        var entries = new List<YamlEntry>();
        var merged = new List<YamlEntry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var keyAt = Mark(parser.Current!.Start);
            if (Node(depth + 1) is not YamlScalar key) throw new YamlSyntaxException(keyAt, "a key must be text");
            var value = Node(depth + 1);
            if (key is { Text: "<<", Plain: true }) Merge(merged, value);
            else if (entries.Any(entry => entry.Key == key.Text)) throw new YamlSyntaxException(keyAt, $"'{key.Text}' is there twice");
            else entries.Add(new YamlEntry(key.Text, keyAt, value));
        }

        // What the mapping says itself wins over what it merges in.
        entries.AddRange(merged.Where(entry => entries.All(own => own.Key != entry.Key)).DistinctBy(entry => entry.Key).ToList());
        return new YamlMapping(at, entries, 1 + entries.Sum(entry => 1 + entry.Value.Size));
    }

    private static void Merge(List<YamlEntry> into, YamlNode value)
    {
        foreach (var source in value is YamlSequence list ? list.Items : [value])
        {
            if (source is not YamlMapping mapping) throw new YamlSyntaxException(source.At, $"'<<' merges mappings, found {source.Kind}");
            into.AddRange(mapping.Entries);
        }
    }

    private void Count(SourceMark at, int nodes)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes) throw new YamlSyntaxException(at, $"more than {MaxNodes} nodes, aliases included");
    }

    private static SourceMark Mark(Mark mark) => new((int)Math.Clamp(mark.Line, 1, int.MaxValue), (int)Math.Clamp(mark.Column, 1, int.MaxValue));

    // The library's sentences start with a capital and end with a full stop; ours follow "file:line:column: ".
    private static string Plain(string message)
    {
        message = message.Trim().TrimEnd('.');
        return "not valid YAML: " + (message.Length > 1 && char.IsUpper(message[0]) ? char.ToLowerInvariant(message[0]) + message[1..] : message);
    }
}

/// <summary>The text is no YAML document.</summary>
internal sealed class YamlSyntaxException(SourceMark at, string message) : Exception(message)
{
    public SourceMark At { get; } = at;
}
