namespace Sbx.Policies.Patterns;

/// <summary>
/// A glob inside one label of a host name: <c>*</c> any run, <c>?</c> one character, <c>[a-c1]</c> one of, <c>[!a]</c> one not of.
/// Matching takes at most length × length steps. Immutable.
/// </summary>
internal sealed class LabelGlob
{
    private readonly Token[] _tokens;

    private LabelGlob(string text, Token[] tokens)
    {
        Text = text;
        _tokens = tokens;
    }

    private enum TokenKind
    {
        Literal,
        One,
        Run,
        Set,
        NotSet,
    }

    public string Text { get; }

    public bool IsLiteral => Array.TrueForAll(_tokens, t => t.Kind == TokenKind.Literal);

    public static LabelGlob? TryParse(string text, out string? problem)
    {
        var tokens = new List<Token>();
        problem = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '*':
                    if (tokens is [.., { Kind: TokenKind.Run }])
                    {
                        problem = "'**' stands at the front only, as a label of its own";
                        return null;
                    }

                    tokens.Add(new Token(TokenKind.Run, ""));
                    break;
                case '?':
                    tokens.Add(new Token(TokenKind.One, ""));
                    break;
                case '[':
                    var end = text.IndexOf(']', i + 1);
                    var not = i + 1 < text.Length && text[i + 1] == '!';
                    var members = end < 0 ? null : Members(text[(i + (not ? 2 : 1))..end]);
                    if (members is null)
                    {
                        problem = "a set is written as [abc], [a-c] or [!abc]";
                        return null;
                    }

                    tokens.Add(new Token(not ? TokenKind.NotSet : TokenKind.Set, members));
                    i = end;
                    break;
                case (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_':
                    tokens.Add(new Token(TokenKind.Literal, c.ToString()));
                    break;
                default:
                    problem = "it has a character that no host name has";
                    return null;
            }
        }

        return new LabelGlob(text, [.. tokens]);
    }

    private static string? Members(string set)
    {
        var members = new List<char>();
        for (var i = 0; i < set.Length; i++)
        {
            if (!char.IsAsciiLetterLower(set[i]) && !char.IsAsciiDigit(set[i]))
                return null;
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (!char.IsAsciiLetterOrDigit(set[i + 2]) || set[i + 2] < set[i])
                    return null;
                for (var c = set[i]; c <= set[i + 2]; c++)
                    members.Add(c);
                i += 2;
            }
            else
            {
                members.Add(set[i]);
            }
        }

        return members.Count == 0 ? null : new string([.. members.Distinct()]);
    }

    /// <summary>Whether a whole label is covered.</summary>
    public bool Matches(ReadOnlySpan<char> label)
    {
        // The classic two-pointer walk: on a mismatch go back to the last run and let it take one character more.
        int token = 0, at = 0, run = -1, mark = 0;
        while (at < label.Length)
        {
            if (token < _tokens.Length && _tokens[token].Kind == TokenKind.Run)
            {
                run = token++;
                mark = at;
            }
            else if (token < _tokens.Length && _tokens[token].Matches(label[at]))
            {
                token++;
                at++;
            }
            else if (run >= 0)
            {
                token = run + 1;
                at = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (token < _tokens.Length && _tokens[token].Kind == TokenKind.Run)
            token++;
        return token == _tokens.Length;
    }

    private readonly record struct Token(TokenKind Kind, string Characters)
    {
        public bool Matches(char c) => Kind switch
        {
            TokenKind.Literal => Characters[0] == c,
            TokenKind.One => true,
            TokenKind.Set => Characters.Contains(c, StringComparison.Ordinal),
            TokenKind.NotSet => !Characters.Contains(c, StringComparison.Ordinal),
            _ => false,
        };
    }
}
