using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Catalog;

/// <summary>Reads a secret from a process's standard output into zeroed buffers; spaces and line ends around it are removed.</summary>
internal static class CommandOutput
{
    /// <exception cref="SecretException">It could not be started, failed, took too long, or printed nothing usable.</exception>
    public static async Task<SecretValue> ReadAsync(
        ProcessStartInfo start, string service, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            throw new SecretException(SecretErrorKind.Source, $"The command for the secret of {service} could not be started.", "Check it in a shell.");
        }

        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var buffer = GC.AllocateUninitializedArray<byte>(SecretValue.MaximumBytes + 64, pinned: true);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, either.Token);
            var length = await ReadAllAsync(process.StandardOutput.BaseStream, buffer, either.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            await errors.ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new SecretException(SecretErrorKind.Source, $"The command for the secret of {service} ended with exit code {process.ExitCode}.", "Check it in a shell; what it prints on standard error is not shown, since it may hold the secret.");
            var value = buffer.AsSpan(0, length).Trim(" \t\r\n"u8);
            return value.IsEmpty
                ? throw new SecretException(SecretErrorKind.Source, $"The command for the secret of {service} printed nothing.", "It has to print the value on standard output.")
                : SecretValue.FromBytes(value);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SecretException(SecretErrorKind.Source, $"The command for the secret of {service} took longer than {timeout.TotalSeconds:0} s.", "Check it in a shell; it must not ask for input.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            Kill(process);
        }
    }

    private static async Task<int> ReadAllAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return length;
            length += read;
        }

        throw SecretValueRules.TooLong();
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in the meantime.
        }
    }
}
