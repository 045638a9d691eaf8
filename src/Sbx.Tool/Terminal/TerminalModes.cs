using System.Globalization;
using System.Text;

namespace Sbx.Tool.Terminal;

/// <summary>
/// Remembers which modes a guest has switched on, so that a program that was killed leaves no mouse reports, alternate
/// screen or hidden cursor behind. See "DEC private modes" of xterm's control sequences. Not thread-safe.
/// </summary>
internal sealed class TerminalModes
{
    // Cursor keys, mouse reports, focus reports, alternate screens, bracketed paste.
    private static readonly HashSet<int> Watched = [1, 9, 47, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016, 1047, 1049, 2004, 2026];

    private readonly SortedSet<int> _on = [];
    private bool _cursorHidden;
    private int _keyboardPushes;
    private bool _any;

    /// <summary>Takes note of a control sequence that passes.</summary>
    public void Note(ReadOnlySpan<byte> parameters, byte final)
    {
        _any = true;
        if (parameters.IsEmpty)
            return;
        if (parameters[0] == (byte)'?' && final is (byte)'h' or (byte)'l')
        {
            foreach (var part in Encoding.ASCII.GetString(parameters[1..]).Split(';'))
                Set(part, final == (byte)'h');
        }
        else if (final == (byte)'u' && parameters[0] == (byte)'>')
        {
            _keyboardPushes = Math.Min(_keyboardPushes + 1, 99);
        }
        else if (final == (byte)'u' && parameters[0] == (byte)'<')
        {
            _keyboardPushes = Math.Max(_keyboardPushes - 1, 0);
        }
    }

    /// <summary>What switches everything back that is still on; plain colours too.</summary>
    public string Reset()
    {
        if (!_any)
            return "";
        var text = new StringBuilder();
        // The alternate screen is left last, for the other modes may belong to it.
        foreach (var mode in _on.Where(m => m is not (47 or 1047 or 1049)).Concat(_on.Where(m => m is 47 or 1047 or 1049)))
            text.Append(CultureInfo.InvariantCulture, $"\e[?{mode}l");
        if (_cursorHidden)
            text.Append("\e[?25h");
        if (_keyboardPushes > 0)
            text.Append(CultureInfo.InvariantCulture, $"\e[<{_keyboardPushes}u");
        return text.Append("\e[0m").ToString();
    }

    private void Set(string part, bool on)
    {
        if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var mode))
            return;
        if (mode == 25)
            _cursorHidden = !on;
        else if (Watched.Contains(mode) && on)
            _on.Add(mode);
        else
            _on.Remove(mode);
    }
}
