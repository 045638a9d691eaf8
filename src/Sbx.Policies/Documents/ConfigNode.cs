namespace Sbx.Policies.Documents;

/// <summary>Kinds of node.</summary>
internal enum ConfigKind
{
    Scalar,
    List,
    Map,
}

/// <summary>A node of a configuration file, with its place. Every accessor refuses what does not fit and names line and column.</summary>
internal sealed class ConfigNode
{
    private readonly List<ConfigNode> _items = [];
    private readonly List<(ConfigNode Key, ConfigNode Value)> _pairs = [];

    public ConfigNode(string file, ConfigKind kind, long line, long column, string text = "", bool isPlain = true)
    {
        File = file;
        Kind = kind;
        Line = (int)line;
        Column = (int)column;
        Text = text;
        IsPlain = isPlain;
    }

    public string File { get; }

    public ConfigKind Kind { get; }

    public int Line { get; }

    public int Column { get; }

    public string Text { get; }

    /// <summary>Whether a scalar stands without quotes.</summary>
    public bool IsPlain { get; }

    public void Add(ConfigNode item) => _items.Add(item);

    public void Add(ConfigNode key, ConfigNode value)
    {
        if (_pairs.Exists(p => p.Key.Text == key.Text))
            throw key.Error($"the key '{Hosts.Printable.Text(key.Text)}' comes twice", "Keep one of them.");
        _pairs.Add((key, value));
    }

    public PolicyException Error(string problem, string? hint = null, Exception? inner = null)
        => new($"{File}:{Line}:{Column}: {problem}.", hint, PolicyErrorKind.Invalid, Line, Column, inner);

    /// <summary>Runs a parser on this node and puts the node's place before its complaint.</summary>
    public T Parse<T>(Func<string, T> parser)
    {
        var text = Scalar();
        try
        {
            return parser(text);
        }
        catch (PolicyException e) when (e.Line == 0)
        {
            throw Error(e.Message.TrimEnd('.'), e.Hint, e);
        }
    }

    public IReadOnlyDictionary<string, ConfigNode> Map(params ReadOnlySpan<string> allowed)
    {
        if (Kind != ConfigKind.Map)
            throw Error("here stands a map of keys", $"Keys: {string.Join(", ", allowed!)}.");
        var map = new Dictionary<string, ConfigNode>(StringComparer.Ordinal);
        foreach (var (key, value) in _pairs)
        {
            if (!allowed.Contains(key.Text))
                throw key.Error($"the key '{Hosts.Printable.Text(key.Text)}' is not known", $"Keys here: {string.Join(", ", allowed!)}.");
            map.Add(key.Text, value);
        }

        return map;
    }

    /// <summary>Keys of any name.</summary>
    public IReadOnlyList<(ConfigNode Key, ConfigNode Value)> Pairs()
        => Kind == ConfigKind.Map ? _pairs : throw Error("here stands a map of keys");

    public IReadOnlyList<ConfigNode> List() => Kind == ConfigKind.List ? _items : throw Error("here stands a list");

    /// <summary>A list, or a single scalar as a list of one.</summary>
    public IReadOnlyList<ConfigNode> ListOrOne() => Kind == ConfigKind.Scalar ? [this] : List();

    public string Scalar() => Kind == ConfigKind.Scalar && Text.Length > 0 ? Text : throw Error("here stands a text");

    public bool Boolean() => Kind == ConfigKind.Scalar && IsPlain && Text is "true" or "false"
        ? Text == "true"
        : throw Error("here stands true or false");

    public int Integer() => Kind == ConfigKind.Scalar && int.TryParse(Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value)
        ? value
        : throw Error("here stands a whole number");
}
