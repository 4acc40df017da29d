import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './app/router.js';
import { startTheme } from './app/theme.js';
import { queryClient } from './data/api-query.js';
import './style.css';
import { NowProvider } from './ui/figures.js';
import { Toasts } from './ui/toasts.js';

startTheme();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <NowProvider>
        <RouterProvider router={router} />
        <Toasts />
      </NowProvider>
    </QueryClientProvider>
  </StrictMode>,
);
