using System.Security.Cryptography;
using System.Text.Unicode;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands.Secrets;

/// <summary>
/// The value of a secret, asked for without echo or read from standard input, in memory that the collector does not copy and
/// that is zeroed on dispose. Not thread-safe.
/// </summary>
internal sealed class SecretValue : IDisposable
{
    /// <summary>Most bytes that a secret may have.</summary>
    public const int MaxBytes = 16 * 1024;

    // The kernel cuts a line of a terminal off there (n_tty's buffer), and says nothing.
    private const int MaxTerminalLine = 4095;

    private readonly byte[] _buffer = GC.AllocateArray<byte>(MaxBytes + 2, pinned: true);
    private int _length;

    private SecretValue()
    {
    }

    /// <summary>The bytes, UTF-8; valid until dispose.</summary>
    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>Asks on a terminal, else reads standard input to its end; one line end behind it does not count.</summary>
    /// <param name="context">The user.</param>
    /// <param name="what">What is asked for, in the prompt and in messages.</param>
    /// <param name="cancellationToken">Cancels; the terminal is as before then.</param>
    /// <exception cref="SbxException">Nobody can be asked, or the value cannot be one. The message never holds it.</exception>
    public static async Task<SecretValue> ReadAsync(CliContext context, string what, CancellationToken cancellationToken)
    {
        var value = new SecretValue();
        try
        {
            if (context.Terminal.IsInputTerminal)
                await value.AskAsync(context, what, cancellationToken).ConfigureAwait(false);
            else
                value._length = await context.Input.ReadAtLeastAsync(value._buffer, value._buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            value.TrimLineEnd();
            value.Check(what);
            return value;
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }

    /// <summary>Zeroes the value.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);

    private async Task AskAsync(CliContext context, string what, CancellationToken cancellationToken)
    {
        if (!context.CanAsk)
            throw new SbxException(ErrorCode.Declined, $"the value of {what} cannot be asked for", "pipe it in: ... | sbx secret set SERVICE");
        using (context.Terminal.HideInput())
        {
            context.WriteError($"Value of {Printable.Line(what)} (not shown): ");
            try
            {
                while (_length < _buffer.Length && await context.Input.ReadAsync(_buffer.AsMemory(_length, 1), cancellationToken).ConfigureAwait(false) == 1)
                {
                    if (_buffer[_length++] == '\n')
                        break;
                }
            }
            finally
            {
                // The Enter was not shown either.
                context.WriteError("\n");
            }
        }

        if (_length >= MaxTerminalLine)
            throw new SbxException(ErrorCode.Usage, $"the value of {what} is longer than a line of a terminal can be", "pipe it in: sbx secret set SERVICE < FILE");
    }

    private void TrimLineEnd()
    {
        if (_length > 0 && _buffer[_length - 1] == '\n')
            _length--;
        if (_length > 0 && _buffer[_length - 1] == '\r')
            _length--;
    }

    private void Check(string what)
    {
        var bytes = _buffer.AsSpan(0, _length);
        if (bytes.Trim(" \t"u8).IsEmpty)
            throw new SbxException(ErrorCode.Usage, $"the value of {what} is empty", "nothing was stored; remove one with: sbx secret rm");
        if (_length > MaxBytes)
            throw new SbxException(ErrorCode.Usage, $"the value of {what} is too long", "at most 16 KiB");
        if (bytes.IndexOfAny((byte)'\r', (byte)'\n') >= 0)
            throw new SbxException(ErrorCode.Usage, $"the value of {what} holds a line end (CR or LF)", "a credential is one line; nothing was stored");
        if (bytes.Contains((byte)0) || !Utf8.IsValid(bytes))
            throw new SbxException(ErrorCode.Usage, $"the value of {what} is not text", "a credential is text in UTF-8; nothing was stored");
    }
}
