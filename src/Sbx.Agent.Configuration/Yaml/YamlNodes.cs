namespace Sbx.Agent.Configuration.Yaml;

/// <summary>A place in a file: line and column, both counted from 1.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct SourceMark(int Line, int Column);

/// <summary>A node of a YAML document with its place and the number of nodes below it (aliases counted as often as they are used).</summary>
internal abstract record YamlNode(SourceMark At, int Size)
{
    public abstract string Kind { get; }

    public virtual bool IsNull => false;
}

internal sealed record YamlScalar(SourceMark At, string Text, bool Plain) : YamlNode(At, 1)
{
    public override string Kind =>
        IsNull ? "nothing" : AsFlag is not null ? "a boolean" : AsNumber is not null ? "a number" : "text";

    public override bool IsNull => Plain && Text is "" or "~" or "null" or "Null" or "NULL";

    public bool? AsFlag => !Plain ? null : Text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    public long? AsInteger => Plain && long.TryParse(Text, System.Globalization.NumberStyles.AllowLeadingSign,
        System.Globalization.CultureInfo.InvariantCulture, out var value) ? value : null;

    public double? AsNumber => Plain && Text.Length > 0 && (char.IsAsciiDigit(Text[0]) || Text[0] is '-' or '+' or '.')
        && double.TryParse(Text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var value)
        && double.IsFinite(value) ? value : null;
}

internal sealed record YamlSequence(SourceMark At, IReadOnlyList<YamlNode> Items, int Size) : YamlNode(At, Size)
{
    public override string Kind => "a list";
}

internal sealed record YamlMapping(SourceMark At, IReadOnlyList<YamlEntry> Entries, int Size) : YamlNode(At, Size)
{
    public override string Kind => "a mapping";

    public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
}

/// <summary>A key of a mapping, its place, and its value.</summary>
internal sealed record YamlEntry(string Key, SourceMark At, YamlNode Value);
