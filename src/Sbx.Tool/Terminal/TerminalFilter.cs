using System.Buffers;

namespace Sbx.Tool.Terminal;

/// <summary>
/// Lets a guest draw on the user's terminal and nothing more. Text and drawing sequences (ECMA-48, xterm) pass unchanged;
/// what reaches beyond the window is dropped: clipboard (OSC 52), files and commands of particular terminals, title and
/// answerback reports, printing, moving the window, device control strings, and whatever could hide such a sequence (8-bit
/// control characters, a switch away from UTF-8). Only complete, understood sequences leave, so that pieces of two chunks
/// can never add up to one that was not seen whole. Memory is bounded. Not thread-safe.
/// </summary>
internal sealed class TerminalFilter
{
    // Longest sequence that is still held back for a decision; anything longer is dropped to its end.
    private const int MaxSequence = 4096;

    private readonly ArrayBufferWriter<byte> _sequence = new();
    private State _state;
    private Utf8Tracker _utf8;

    private enum State
    {
        Ground,
        Escape,
        EscapeIntermediate,
        Csi,
        CsiIgnore,
        Osc,
        OscEscape,
        Drop,
        DropEscape,
    }

    /// <summary>Modes that the guest has changed and that should not outlive it.</summary>
    public TerminalModes Modes { get; } = new();

    /// <summary>Filters the next bytes.</summary>
    public void Filter(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        for (var i = 0; i < input.Length;)
        {
            if (_state == State.Ground && !_utf8.Pending)
            {
                // Printable ASCII and line ends are nearly everything; they go through in runs.
                var run = input[i..].IndexOfAnyExcept(PlainBytes);
                run = run < 0 ? input.Length - i : run;
                if (run > 0)
                {
                    output.Write(input.Slice(i, run));
                    i += run;
                    continue;
                }
            }

            if (Step(input[i], output))
                i++;
        }
    }

    private static readonly SearchValues<byte> PlainBytes =
        SearchValues.Create([7, 8, 9, 10, 11, 12, 13, .. Enumerable.Range(0x20, 0x7f - 0x20).Select(i => (byte)i)]);

    // Returns whether the byte was used up; otherwise it is looked at again in the new state.
    private bool Step(byte b, IBufferWriter<byte> output)
    {
        switch (_state)
        {
            case State.Ground:
                return Ground(b, output);
            case State.Escape:
                return Escape(b, output);
            case State.EscapeIntermediate:
                return EscapeIntermediate(b, output);
            case State.Csi:
                return Csi(b, output);
            case State.CsiIgnore:
                return CsiIgnore(b);
            case State.Osc:
            case State.OscEscape:
                return Osc(b, output);
            default:
                return Drop(b);
        }
    }

    private bool Ground(byte b, IBufferWriter<byte> output)
    {
        switch (_utf8.Next(b, out var character))
        {
            case Utf8Step.Incomplete:
                return true;
            case Utf8Step.Invalid:
                // The byte may begin something of its own; what was pending is replaced as a decoder would.
                output.Write("\ufffd"u8);
                return false;
            case Utf8Step.Stray:
                if (b is >= 0x80 and <= 0x9f)
                    EightBitControl(b);
                else
                    output.Write("\ufffd"u8);
                return true;
        }

        if (character.IsEightBitControl)
            EightBitControl(character.Last);
        else if (character.Packed == 0x1b)
            Begin(State.Escape);
        else if (character.Packed is >= 0x20 and not 0x7f or (>= 7 and <= 15))
            character.WriteTo(output);
        return true;
    }

    // 8-bit forms of ESC [, ESC ] and the strings; all others are dropped.
    private void EightBitControl(byte b)
    {
        switch (b)
        {
            case 0x9b:
                Begin(State.Csi);
                break;
            case 0x9d:
                Begin(State.Osc);
                break;
            case 0x90 or 0x98 or 0x9e or 0x9f:
                Begin(State.Drop);
                break;
        }
    }

    private bool Escape(byte b, IBufferWriter<byte> output)
    {
        switch (b)
        {
            case (byte)'[':
                Begin(State.Csi);
                return true;
            case (byte)']':
                Begin(State.Osc);
                return true;
            case (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_':
                Begin(State.Drop);
                return true;
            case >= 0x20 and <= 0x2f:
                _state = State.EscapeIntermediate;
                Keep(b);
                return true;
            case >= 0x30 and <= 0x7e:
                _state = State.Ground;
                if (EscapeRules.IsAllowed(b))
                    Emit([0x1b, b], output);
                return true;
            default:
                return Abandon(b);
        }
    }

    private bool EscapeIntermediate(byte b, IBufferWriter<byte> output)
    {
        switch (b)
        {
            case >= 0x20 and <= 0x2f:
                Keep(b);
                return true;
            case >= 0x30 and <= 0x7e:
                _state = State.Ground;
                if (_sequence.WrittenCount < MaxSequence && EscapeRules.IsAllowed(_sequence.WrittenSpan, b))
                {
                    Keep(b);
                    Emit([0x1b, .. _sequence.WrittenSpan], output);
                }

                return true;
            default:
                return Abandon(b);
        }
    }

    private bool Csi(byte b, IBufferWriter<byte> output)
    {
        switch (b)
        {
            case >= 0x20 and <= 0x3f:
                if (!Keep(b))
                    _state = State.CsiIgnore;
                return true;
            case >= 0x40 and <= 0x7e:
                _state = State.Ground;
                if (CsiRules.IsAllowed(_sequence.WrittenSpan, b))
                {
                    Modes.Note(_sequence.WrittenSpan, b);
                    Keep(b);
                    Emit([0x1b, (byte)'[', .. _sequence.WrittenSpan], output);
                }

                return true;
            case 0x7f:
                return true;
            case >= 7 and <= 15:
                // A terminal obeys these in the middle of a sequence.
                output.Write([b]);
                return true;
            default:
                return Abandon(b);
        }
    }

    private bool CsiIgnore(byte b)
    {
        if (b is >= 0x40 and <= 0x7e)
        {
            _state = State.Ground;
            return true;
        }

        return b is >= 0x20 and <= 0x3f or 0x7f or (>= 7 and <= 15) || Abandon(b);
    }

    private bool Osc(byte b, IBufferWriter<byte> output)
    {
        if (_state == State.OscEscape)
        {
            if (b != (byte)'\\')
            {
                Begin(State.Escape);
                return false;
            }

            EndOsc(output);
            return true;
        }

        switch (b)
        {
            case 0x07:
                EndOsc(output);
                return true;
            case 0x1b:
                _state = State.OscEscape;
                return true;
            case 0x18 or 0x1a:
                _state = State.Ground;
                return true;
            default:
                if (!Keep(b))
                    Begin(State.Drop);
                return true;
        }
    }

    private void EndOsc(IBufferWriter<byte> output)
    {
        _state = State.Ground;
        if (OscRules.IsAllowed(_sequence.WrittenSpan))
            Emit([0x1b, (byte)']', .. _sequence.WrittenSpan, 0x07], output);
    }

    // Inside a string of no use to us: only its end matters.
    private bool Drop(byte b)
    {
        if (_state == State.DropEscape)
        {
            _state = State.Ground;
            if (b == (byte)'\\')
                return true;
            Begin(State.Escape);
            return false;
        }

        if (b == 0x1b)
            _state = State.DropEscape;
        else if (b is 0x18 or 0x1a or 0x07)
            _state = State.Ground;
        return true;
    }

    // CAN and SUB end a sequence; anything else that does not belong starts over.
    private bool Abandon(byte b)
    {
        _state = State.Ground;
        return b is 0x18 or 0x1a;
    }

    private void Begin(State state)
    {
        _state = state;
        _sequence.ResetWrittenCount();
    }

    private bool Keep(byte b)
    {
        if (_sequence.WrittenCount >= MaxSequence)
            return false;
        _sequence.Write([b]);
        return true;
    }

    private static void Emit(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output) => output.Write(bytes);
}
