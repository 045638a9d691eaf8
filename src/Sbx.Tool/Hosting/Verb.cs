namespace Sbx.Tool.Hosting;

/// <summary>An entry of the list of verbs. Its command object is made only when the verb is used.</summary>
/// <param name="Name">As typed.</param>
/// <param name="Group">Heading of the short help that it stands under.</param>
/// <param name="Summary">One line.</param>
/// <param name="Create">Makes the command; null for a verb that has only verbs beneath it.</param>
internal sealed record Verb(string Name, string Group, string Summary, Func<CliCommand>? Create)
{
    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Verbs beneath it.</summary>
    public IReadOnlyList<Verb> Children { get; init; } = [];

    /// <summary>Whether help and completion leave it out.</summary>
    public bool Hidden { get; init; }

    /// <summary>Whether <paramref name="word"/> is a name of the verb.</summary>
    public bool IsNamed(string word) => Name == word || Aliases.Contains(word);
}
