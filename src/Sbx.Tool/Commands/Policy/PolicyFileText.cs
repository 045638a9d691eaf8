using System.Text;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands.Policy;

/// <summary>The text of a policy file that the user names.</summary>
internal static class PolicyFileText
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Reads a file, or standard input for <c>-</c>.</summary>
    /// <exception cref="SbxException">It cannot be read, is larger than 1 MiB or is not UTF-8.</exception>
    public static async Task<string> ReadAsync(CliContext context, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (path == "-")
                return await ReadAsync(context.Input, "standard input", cancellationToken).ConfigureAwait(false);
            var file = new FileStream(Path.Combine(context.Directory, path), FileMode.Open, FileAccess.Read, FileShare.Read);
            await using (file.ConfigureAwait(false))
                return await ReadAsync(file, path, cancellationToken).ConfigureAwait(false);
        }
        catch (FileNotFoundException e)
        {
            throw new SbxException(ErrorCode.NotFound, $"there is no file {path}", "check the path", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SbxException(ErrorCode.Usage, $"the policy file {path} cannot be read", e.Message, e);
        }
    }

    private static async Task<string> ReadAsync(Stream input, string name, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length > MaxBytes)
            throw new SbxException(ErrorCode.Usage, $"{name} is larger than a policy can be", "at most 1 MiB");
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length);
        }
        catch (DecoderFallbackException e)
        {
            throw new SbxException(ErrorCode.Usage, $"{name} is not text in UTF-8", "a policy is a YAML file", e);
        }
    }
}
