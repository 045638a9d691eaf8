using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Sbx.Policies.Documents;

/// <summary>
/// Reads configuration files: a strict, bounded subset of YAML. One document, no anchors, aliases or tags, depth at most 8, size at
/// most 1 MiB. Iterative, so that a hostile file (a workspace's, which the guest can write) cannot exhaust the stack.
/// </summary>
internal static class ConfigReader
{
    private const int MaximumDepth = 8;
    public const int MaximumBytes = 1024 * 1024;

    /// <summary>Reads a text; null when it holds nothing.</summary>
    /// <exception cref="PolicyException">It is not such a file; names line and column.</exception>
    public static ConfigNode? Read(string file, string text)
    {
        if (text.Length > MaximumBytes)
            throw new PolicyException($"{file} is larger than {MaximumBytes} bytes.");
        try
        {
            return ReadDocument(file, new Parser(new Scanner(new StringReader(text), skipComments: true)));
        }
        catch (YamlException e)
        {
            var (line, column) = ((int)e.Start.Line, (int)e.Start.Column);
            throw new PolicyException($"{file}:{line}:{column}: this is not valid YAML.", "Check indentation, quotes and colons there.", PolicyErrorKind.Invalid, line, column, e);
        }
    }

    private static ConfigNode? ReadDocument(string file, Parser parser)
    {
        ConfigNode? root = null;
        var open = new Stack<(ConfigNode Node, ConfigNode? Key)>();
        var documents = 0;
        while (parser.MoveNext())
        {
            var current = parser.Current!;
            if (current is DocumentStart && ++documents > 1)
                throw At(file, current, "a second document starts");
            if (current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                throw At(file, current, "anchors and aliases are not used here");
            if (current is NodeEvent { Tag.IsEmpty: false })
                throw At(file, current, "tags are not used here");
            if (current is MappingEnd or SequenceEnd)
            {
                open.Pop();
                continue;
            }

            var node = current switch
            {
                Scalar s => new ConfigNode(file, ConfigKind.Scalar, s.Start.Line, s.Start.Column, s.Value, s.Style == ScalarStyle.Plain),
                MappingStart m => new ConfigNode(file, ConfigKind.Map, m.Start.Line, m.Start.Column),
                SequenceStart q => new ConfigNode(file, ConfigKind.List, q.Start.Line, q.Start.Column),
                _ => null,
            };
            if (node is null)
                continue;
            if (open.Count == 0)
                root = node;
            else
                Attach(open, node);
            if (node.Kind != ConfigKind.Scalar)
            {
                if (open.Count == MaximumDepth)
                    throw At(file, current, $"it is nested deeper than {MaximumDepth}");
                open.Push((node, null));
            }
        }

        return root is { Kind: ConfigKind.Scalar, Text: "" } ? null : root;
    }

    private static void Attach(Stack<(ConfigNode Node, ConfigNode? Key)> open, ConfigNode node)
    {
        var (parent, key) = open.Pop();
        if (parent.Kind == ConfigKind.List)
        {
            parent.Add(node);
        }
        else if (key is null)
        {
            if (node.Kind != ConfigKind.Scalar)
                throw node.Error("a key is a text");
            key = node;
        }
        else
        {
            parent.Add(key, node);
            key = null;
        }

        open.Push((parent, key));
    }

    private static PolicyException At(string file, ParsingEvent at, string problem)
        => new($"{file}:{at.Start.Line}:{at.Start.Column}: {problem}.", null, PolicyErrorKind.Invalid, (int)at.Start.Line, (int)at.Start.Column);
}
