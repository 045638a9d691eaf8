using System.Runtime.InteropServices;

namespace Sbx.Secrets.Stores.SecretService;

/// <summary>
/// Runs one blocking call of libsecret: one at a time, off the caller's thread, given up after a deadline (a locked keyring without
/// anybody to ask for its password would wait for ever).
/// </summary>
internal sealed class SecretServiceCall(TimeSpan deadline)
{
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    public delegate T Body<out T>(nint cancellable, out nint error);

    /// <exception cref="SecretException">The service failed or did not answer in time.</exception>
    public async Task<T> RunAsync<T>(string what, Body<T> body, CancellationToken cancellationToken)
    {
        await OneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Run(what, body, cancellationToken), CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private T Run<T>(string what, Body<T> body, CancellationToken cancellationToken)
    {
        var cancellable = LibSecret.g_cancellable_new();
        try
        {
            using var timer = new CancellationTokenSource(deadline);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            // Disposing a registration waits for its callback, so the object is never cancelled after it was freed.
            T result;
            nint error;
            using (either.Token.Register(() => LibSecret.g_cancellable_cancel(cancellable)))
                result = body(cancellable, out error);
            if (error == 0)
                return result;
            var message = Message(error);
            cancellationToken.ThrowIfCancellationRequested();
            throw timer.IsCancellationRequested
                ? new SecretException(
                    SecretErrorKind.Keychain, $"The Secret Service did not answer within {deadline.TotalSeconds:0} s while {what}; its keyring is probably locked.", "Unlock the keyring, or keep secrets in a file with: SBX_KEYCHAIN=file")
                : new SecretException(SecretErrorKind.Keychain, $"The Secret Service failed while {what}: {message}", "Check that a keyring runs and is unlocked, or keep secrets in a file with: SBX_KEYCHAIN=file");
        }
        finally
        {
            LibSecret.g_object_unref(cancellable);
        }
    }

    private static string Message(nint error)
    {
        // GError: domain (32 bits), code (32 bits), message.
        var text = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(error, 8)) ?? "no message";
        LibSecret.g_error_free(error);
        return Sbx.Policies.Hosts.Printable.Text(text, 200);
    }
}
